import { expect, test } from 'vitest';
import { Failure, type FailureKind } from '#engine/model/failure.ts';
import { exitCodeOf } from '#engine/report/exit-code.ts';
import type { HostSummary, RunResult } from '#engine/run/events.ts';
import { MergedRun } from '#queue/merged-run.ts';
import { SliceBook } from '#queue/slice-book.ts';
import { described } from './support/nats-server.ts';

const RUN = '20261129T141910Z-0886';

/** A run of slices that stops behind its first failure, and what workers do of it. */
function merged(slices: readonly (readonly string[])[]) {
  const description = { ...described(RUN), slices: slices.map((names) => [...names]) };
  const run = new MergedRun(description, () => {});
  const isFull = (slice?: number) => run.failedIn(book.tries, slice) > 0;
  const book: SliceBook = new SliceBook({ slices: slices.length, patienceMs: 100, isFull }, 0);
  const ask = (slice: number, name: string, what: 'begin' | 'ring', at: number) =>
    book.answer({ slice, try: name, rings: 0, want: { what } }, at);
  return {
    ask,
    fail: (name: string, host: string, kind: FailureKind) => {
      const failure = new Failure('No', { where: host, kind });
      const isAway = kind === 'unreachable';
      if (isAway) run.add(name, { type: 'hostUnreachable', host, failure });
      else run.add(name, { type: 'taskFailed', host, task: 'one', failure });
      return failure;
    },
    /** Its process ends, having changed some of its hosts. */
    end: (slice: number, name: string, at: number, how: Ending) => {
      const { hosts, exit = '0', ...given } = how;
      const summaries = Object.entries(hosts).map(([host, state]) => summaryOf(host, state));
      for (const summary of summaries) run.add(name, { type: 'hostFinished', summary });
      const ended = { runId: RUN, mode: 'apply' as const, failures: [], interrupted: false };
      const result = { ...ended, hosts: summaries, elapsedMs: 1, ...given };
      run.add(name, { type: 'runFinished', result });
      book.ended(slice, name, run.exitOf(name, exit), at);
    },
    finish: (at: number) => {
      expect(book.isOver(at)).toBe(true);
      const result = run.finish(book.ends);
      const failures = result.failures.map(({ message, where, ran }) => [message, where, ran]);
      const changed = Object.fromEntries(result.hosts.map((host) => [host.host, host.changed]));
      return { failures, exit: exitCodeOf(result), changed };
    },
  };
}

interface Ending extends Partial<Pick<RunResult, 'failures' | 'interrupted'>> {
  readonly hosts: Readonly<Record<string, 'ok' | 'changed' | 'pending' | 'failed' | 'away'>>;
  readonly exit?: string;
}

function summaryOf(host: string, state: Ending['hosts'][string]): HostSummary {
  const counts = { changed: 0, pending: 0, failed: 0, [state]: 1 };
  const { changed, pending, failed } = counts;
  return { host, ok: 1, changed, failed, pending, unreachable: state === 'away', elapsedMs: 1 };
}

const STOPPED = { exit: '130', interrupted: true };

test('a slice whose workers are stopped is done by others, however many of them there were', () => {
  const { ask, end, finish } = merged([['a', 'b']]);
  const stopped = ['t1', 't2', 't3', 't4'];
  for (const [at, name] of stopped.entries()) {
    expect(ask(1, name, 'begin', at)).toBe('go');
    end(1, name, at, { hosts: { a: at === 1 ? 'changed' : 'pending', b: 'pending' }, ...STOPPED });
  }
  expect(ask(1, 't5', 'begin', 10)).toBe('go');
  end(1, 't5', 10, { hosts: { a: 'ok', b: 'changed' } });
  expect(finish(10)).toEqual({ failures: [], exit: 0, changed: { a: 1, b: 1 } });
});

test('a slice of which all workers are stopped is given up in the end', () => {
  const { ask, end, finish } = merged([['a']]);
  let name = 0;
  while (ask(1, `t${name}`, 'begin', 0) === 'go') {
    end(1, `t${name}`, 0, { hosts: { a: 'pending' }, ...STOPPED });
    name += 1;
  }
  expect([name, finish(0)]).toEqual([
    13,
    {
      failures: [['A slice was given up', 'slice 1/1', 'a: its worker was stopped']],
      exit: 1,
      changed: {},
    },
  ]);
});

test('a worker that comes back after another has tried its slice does not end it', () => {
  const { ask, end, finish } = merged([['a', 'b']]);
  expect([ask(1, 'A', 'begin', 0), ask(1, 'B', 'begin', 110)]).toEqual(['go', 'go']);
  end(1, 'B', 120, { hosts: { a: 'pending', b: 'pending' }, exit: '5' });
  expect(ask(1, 'A', 'ring', 130)).toBe('stop');
  end(1, 'A', 131, { hosts: { a: 'pending', b: 'pending' } });
  expect(ask(1, 'C', 'begin', 240)).toBe('go');
  end(1, 'C', 250, { hosts: { a: 'changed', b: 'changed' } });
  expect(finish(250)).toEqual({ failures: [], exit: 0, changed: { a: 1, b: 1 } });
});

test('rings that were given no leave for a host that is mended later are a failure', () => {
  const { ask, end, fail, finish } = merged([['a'], ['b'], ['c']]);
  expect([ask(1, 'a1', 'begin', 0), ask(2, 'b1', 'begin', 0)]).toEqual(['go', 'go']);
  fail('a1', 'a', 'unreachable');
  expect(ask(2, 'b1', 'ring', 10)).toBe('stop');
  end(2, 'b1', 20, { hosts: { b: 'pending' } });
  end(1, 'a1', 30, { hosts: { a: 'away' }, exit: '4' });
  expect([ask(3, 'c1', 'begin', 40), ask(1, 'a2', 'begin', 130)]).toEqual(['stop', 'go']);
  expect(ask(1, 'a2', 'ring', 131)).toBe('go');
  expect(ask(3, 'c1', 'begin', 132)).toBe('stop');
  end(1, 'a2', 140, { hosts: { a: 'changed' } });
  expect(ask(3, 'c1', 'begin', 150)).toBe('go');
  end(3, 'c1', 160, { hosts: { c: 'changed' } });
  expect(finish(160)).toEqual({
    failures: [['Rings were not changed, since too many hosts had failed', 'slice 2/3', 'b']],
    exit: 1,
    changed: { a: 1, b: 0, c: 1 },
  });
});

test('a host that failed counts whatever else its slice ended by, which is not tried again for others', () => {
  const { ask, end, fail, finish } = merged([['a', 'b'], ['c']]);
  expect(ask(1, 't1', 'begin', 0)).toBe('go');
  const failures = [fail('t1', 'a', 'failed'), fail('t1', 'b', 'unreachable')];
  end(1, 't1', 10, { hosts: { a: 'failed', b: 'away' }, failures, exit: '4' });
  expect([ask(2, 'u1', 'begin', 20), ask(1, 't2', 'begin', 200)]).toEqual(['stop', 'done']);
  expect(finish(200)).toEqual({
    failures: [
      ['No', 'a', undefined],
      ['No', 'b', undefined],
      ['Slices were not begun, since too many hosts had failed', 'slice 2/2', undefined],
    ],
    exit: 4,
    changed: { a: 0, b: 0 },
  });
});

test('hosts of a slice of which its worker says nothing are named', () => {
  const { ask, end, finish } = merged([['a'], ['b']]);
  expect([ask(1, 't1', 'begin', 0), ask(2, 't2', 'begin', 0)]).toEqual(['go', 'go']);
  end(1, 't1', 10, { hosts: { a: 'changed', c: 'changed' } });
  end(2, 't2', 10, { hosts: { d: 'changed' } });
  expect(finish(10)).toEqual({
    failures: [['A worker has told nothing of hosts of its slice', 'slice 2/2', 'b']],
    exit: 1,
    changed: { a: 1, c: 1, d: 1 },
  });
});
