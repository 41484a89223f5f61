import { expect, test } from 'vitest';
import type { RunEvent } from '#engine/run/events.ts';
import { changed, planned, runStarted, summary } from './events.ts';
import { recorded } from './recorded.ts';

/** What became of the tasks of node1. */
function statesAfter(...events: readonly RunEvent[]): Readonly<Record<string, string>> {
  const { hosts } = recorded([runStarted(['node1']), ...events]);
  const tasks = hosts.flatMap((host) => host.tasks);
  return Object.fromEntries(tasks.map(({ task, state }) => [task, state]));
}

const finished = (done: number): RunEvent => ({
  type: 'hostFinished',
  summary: summary('node1', { changed: done }),
});

test('what was undone is not changed, but for what an earlier phase has kept', () => {
  const events = [
    ...planned('node1', { first: true, second: true }),
    ...changed('node1', 'first'),
    ...changed('node1', 'second'),
    { type: 'undone', host: 'node1' } as const,
  ];
  expect(statesAfter(...events)).toEqual({ first: 'pending', second: 'pending' });
  expect(statesAfter(...events, finished(0))).toEqual({ first: 'pending', second: 'pending' });
  expect(statesAfter(...events, finished(1))).toEqual({ first: 'changed', second: 'pending' });
});

test('a task that needs no change when its stage comes is ok, and one that another has upset is not', () => {
  const events = planned('node1', { later: true, same: false });
  expect(
    statesAfter(
      ...events,
      { type: 'taskOk', host: 'node1', task: 'later' },
      { type: 'taskUpset', host: 'node1', task: 'same' },
    ),
  ).toEqual({ later: 'ok', same: 'pending' });
});

test('of a host that is planned again the last plan counts, beside what was done by then', () => {
  expect(
    statesAfter(
      ...planned('node1', { done: true, gone: true }),
      ...changed('node1', 'done'),
      ...planned('node1', { done: false, other: true }),
    ),
  ).toEqual({ done: 'changed', other: 'pending' });
});
