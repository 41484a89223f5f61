import { expect, test } from 'vitest';
import type { Ask } from '#queue/messages.ts';
import { SliceBook } from '#queue/slice-book.ts';

const PATIENCE_MS = 100;

/** A book of two slices, what workers ask it by their letters, and how many hosts have failed. */
function book(options: { readonly ringsAtOnce?: number } = {}) {
  let isFull = false;
  const of = new SliceBook({
    slices: 2,
    patienceMs: PATIENCE_MS,
    isFull: () => isFull,
    ...options,
  });
  const ask = (slice: number, name: string, want: Ask['want'], at: number, rings = 0) =>
    of.answer({ slice, try: name, rings, want }, at);
  return {
    of,
    begin: (slice: number, name: string, at = 0) => ask(slice, name, { what: 'begin' }, at),
    still: (slice: number, name: string, at = 0, rings = 0) =>
      ask(slice, name, { what: 'still' }, at, rings),
    ring: (slice: number, name: string, at = 0, rings = 0) =>
      ask(slice, name, { what: 'ring' }, at, rings),
    end: (slice: number, name: string, exit: string, at = 0) =>
      ask(slice, name, { what: 'end', exit }, at),
    cannot: (why: string, at: number) => ask(1, 'x', { what: 'cannot', why }, at),
    fill: () => {
      isFull = true;
    },
  };
}

test('a slice belongs to one worker, until that is not heard of any more', () => {
  const { begin, still, end } = book();
  expect([begin(1, 'a'), begin(1, 'b', 50), still(1, 'a', 60)]).toEqual(['go', 'wait', 'go']);
  expect([begin(1, 'b', 159), begin(1, 'b', 160)]).toEqual(['wait', 'go']);
  expect([still(1, 'a', 170), end(1, 'a', '0', 170)]).toEqual(['stop', 'stop']);
  expect([end(1, 'b', '0', 180), begin(1, 'c', 190)]).toEqual(['done', 'done']);
});

test('what another try may mend is tried three times, and what it cannot mend once', () => {
  const { of, begin, end } = book();
  const trial = (slice: number, name: string, exit: string) => [
    begin(slice, name),
    end(slice, name, exit),
  ];
  expect([trial(1, 'a', '4'), trial(1, 'b', 'SIGKILL'), trial(1, 'c', '5')]).toEqual([
    ['go', 'again'],
    ['go', 'again'],
    ['go', 'done'],
  ]);
  expect(trial(2, 'd', '6')).toEqual(['go', 'done']);
  expect([of.ends, of.isOver(0)]).toEqual([[{ try: 'c' }, { try: 'd' }], true]);
});

test('a slice whose workers die is given up after three of them', () => {
  const { of, begin } = book();
  expect(['a', 'b', 'c', 'd'].map((name, at) => begin(1, name, at * 100))).toEqual([
    'go',
    'go',
    'go',
    'done',
  ]);
  expect(of.ends).toEqual([{ givenUp: 'its worker died 3 times' }, undefined]);
});

test('rings of all slices count together, of those workers that live', () => {
  const { begin, ring, still } = book({ ringsAtOnce: 2 });
  begin(1, 'a');
  begin(2, 'b');
  expect([ring(1, 'a'), ring(2, 'b'), ring(1, 'a', 10, 1)]).toEqual(['go', 'go', 'wait']);
  expect([still(2, 'b', 20, 0), ring(1, 'a', 20, 1)]).toEqual(['go', 'go']);
  expect([ring(2, 'b', 30, 0), ring(2, 'b', 125, 0)]).toEqual(['wait', 'go']);
});

test('once too many hosts have failed nothing new begins, and what has begun goes on', () => {
  const { of, begin, still, ring, end, fill } = book();
  begin(1, 'a');
  fill();
  expect([begin(2, 'b'), ring(1, 'a'), still(1, 'a')]).toEqual(['stop', 'stop', 'go']);
  expect([of.isOver(0), end(1, 'a', '4'), of.isOver(0)]).toEqual([false, 'again', false]);
  expect([begin(1, 'c'), end(1, 'c', '0'), of.isOver(0)]).toEqual(['go', 'done', true]);
});

test('after Ctrl-C all is told to stop, and it is over when that has ended or died', () => {
  const { of, begin, still, end } = book();
  begin(1, 'a');
  begin(2, 'b');
  of.stop();
  expect([still(1, 'a', 10), begin(2, 'c', 10), end(1, 'a', '130', 20)]).toEqual([
    'stop',
    'stop',
    'done',
  ]);
  expect([of.isOver(20), of.isOver(100)]).toEqual([false, true]);
});

test('who takes a run up goes by its events, and hears first who still has what', () => {
  const { of, begin, still, ring } = book({ ringsAtOnce: 1 });
  of.begun(1, 'a');
  of.ended(1, 'a', '0');
  of.begun(2, 'b');
  of.listen(1000);
  expect([begin(1, 'c', 1010), begin(2, 'd', 1010), ring(2, 'b', 1010)]).toEqual([
    'done',
    'wait',
    'wait',
  ]);
  expect([still(2, 'b', 1020), begin(2, 'd', 1110), begin(2, 'd', 1120)]).toEqual([
    'go',
    'wait',
    'go',
  ]);
});

test('where all workers refuse, the reason is the end of each slice that is left', () => {
  const { of, begin, end, cannot } = book();
  begin(1, 'a');
  cannot('another version', 0);
  end(1, 'a', '0', 50);
  expect(cannot('another version', 150)).toBe('wait');
  expect([of.isOver(199), of.isOver(200), of.ends[1]]).toEqual([
    false,
    true,
    { givenUp: 'another version' },
  ]);
});
