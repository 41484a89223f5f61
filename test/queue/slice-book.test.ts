import { expect, test } from 'vitest';
import type { Ask } from '#queue/messages.ts';
import { SliceBook } from '#queue/slice-book.ts';

const PATIENCE_MS = 100;

/** A book of two slices, what workers ask it by their letters, and how many hosts have failed. */
function book(options: { readonly ringsAtOnce?: number; readonly isTakenUp?: boolean } = {}) {
  let isFull = false;
  const of = new SliceBook(
    { slices: 2, patienceMs: PATIENCE_MS, isFull: () => isFull, ...options },
    0,
  );
  const ask = (slice: number, name: string, want: Ask['want'], at: number, rings = 0) =>
    of.answer({ slice, try: name, rings, want }, at);
  return {
    of,
    begin: (slice: number, name: string, at = 0) => ask(slice, name, { what: 'begin' }, at),
    still: (slice: number, name: string, at = 0, rings = 0) =>
      ask(slice, name, { what: 'still' }, at, rings),
    ring: (slice: number, name: string, at = 0, rings = 0) =>
      ask(slice, name, { what: 'ring' }, at, rings),
    end: (slice: number, name: string, at = 0) => ask(slice, name, { what: 'end' }, at),
    cannot: (why: string, at: number) => ask(1, 'x', { what: 'cannot', why }, at),
    fill: () => {
      isFull = true;
    },
  };
}

test('a slice belongs to one worker, until that is not heard of any more', () => {
  const { of, begin, still, end } = book();
  expect([begin(1, 'a'), begin(1, 'b', 50), still(1, 'a', 60)]).toEqual(['go', 'wait', 'go']);
  expect([begin(1, 'b', 159), begin(1, 'b', 160)]).toEqual(['wait', 'go']);
  expect([still(1, 'a', 170), end(1, 'a', 170)]).toEqual(['stop', 'stop']);
  of.ended(1, 'a', '0', 170);
  expect([of.ends[0], end(1, 'b', 175), begin(1, 'c', 175)]).toEqual([undefined, 'done', 'wait']);
  of.ended(1, 'b', '0', 180);
  expect([of.ends[0], begin(1, 'c', 190)]).toEqual([{ try: 'b' }, 'done']);
});

test('what another try may mend is tried three times, after a pause, and what it cannot mend once', () => {
  const { of, begin } = book();
  const trial = (slice: number, name: string, exit: string, at: number) => {
    const answer = begin(slice, name, at);
    of.ended(slice, name, exit, at);
    return [answer, of.due(at + PATIENCE_MS - 1), of.due(at + PATIENCE_MS)];
  };
  expect([trial(1, 'a', '4', 0), trial(1, 'b', 'SIGKILL', 100), trial(1, 'c', '5', 200)]).toEqual([
    ['go', [], [1]],
    ['go', [], [1]],
    ['go', [], []],
  ]);
  expect(trial(2, 'd', '6', 200)).toEqual(['go', [], []]);
  expect([of.ends, of.isOver(200)]).toEqual([[{ try: 'c' }, { try: 'd' }], true]);
});

test('what the queue has lost is offered again, and how much waits for a worker is known', () => {
  const { of, begin, still } = book();
  begin(1, 'a');
  expect([of.waiting(99, 50), of.waiting(100, 50), of.due(199)]).toEqual([1, 2, []]);
  expect([of.due(200), of.due(299), of.due(400)]).toEqual([[1, 2], [], [1, 2]]);
  begin(2, 'b', 400);
  // Nobody came back for the first, while there is somebody who asks.
  for (const at of [450, 500, 550, 600]) still(2, 'b', at);
  expect([of.waiting(600, 50), of.due(600), of.due(601)]).toEqual([0, [1], []]);
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
  const { of, begin, still, ring, fill } = book();
  begin(1, 'a');
  fill();
  expect([begin(2, 'b'), ring(1, 'a'), still(1, 'a')]).toEqual(['stop', 'stop', 'go']);
  of.ended(1, 'a', '4', 0);
  expect([of.isOver(0), begin(1, 'c')]).toEqual([false, 'go']);
  of.ended(1, 'c', '0', 0);
  expect(of.isOver(0)).toBe(true);
});

test('after Ctrl-C all is told to stop, and it is over when that has ended or died', () => {
  const { of, begin, still } = book();
  begin(1, 'a');
  begin(2, 'b');
  of.stop();
  expect([still(1, 'a', 10), begin(2, 'c', 10)]).toEqual(['stop', 'stop']);
  of.ended(1, 'a', '130', 20);
  expect([of.isOver(20), of.isOver(100)]).toEqual([false, true]);
});

test('who takes a run up goes by its events, and hears first who still has what', () => {
  const { of, begin, still, ring } = book({ ringsAtOnce: 1, isTakenUp: true });
  of.begun(1, 'a');
  of.ended(1, 'a', '0', 0);
  of.begun(2, 'b');
  expect([begin(1, 'c', 10), begin(2, 'd', 10), ring(2, 'b', 10)]).toEqual([
    'done',
    'wait',
    'wait',
  ]);
  expect([still(2, 'b', 20), begin(2, 'd', 110), begin(2, 'd', 120)]).toEqual(['go', 'wait', 'go']);
});

test('where all workers refuse, the reason is the end of each slice that is left', () => {
  const { of, begin, cannot } = book();
  begin(1, 'a');
  cannot('another version', 0);
  of.ended(1, 'a', '0', 50);
  // One that could not while another worker had a slice says nothing of the others.
  expect([of.isOver(250), begin(2, 'b', 250)]).toEqual([false, 'go']);
  of.ended(2, 'b', '5', 260);
  expect(cannot('another version', 270)).toBe('wait');
  expect([of.isOver(469), of.isOver(470), of.ends[1]]).toEqual([
    false,
    true,
    { givenUp: 'another version' },
  ]);
});
