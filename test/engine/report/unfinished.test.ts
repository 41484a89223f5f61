import { expect, test } from 'vitest';
import type { RunEvent } from '#engine/run/events.ts';
import { changed, planned, runStarted, waiting } from './events.ts';
import { recorded } from './recorded.ts';

/** What had begun at the end of these events, in a word. */
function unfinished(...events: readonly RunEvent[]): readonly string[] {
  const run = recorded([runStarted(['node1', 'node2']), ...events]);
  return run.unfinished.map(({ what, host, state }) => `${host}: ${what}, ${state}`);
}

const BOTH = ['node1', 'node2'].flatMap((host) => planned(host, { one: true, two: true }));

test('what had begun when a run died is known, and that of a host that was undone is not left', () => {
  const [started, ...rest] = changed('node1', 'one');
  const applied = rest.slice(0, -1);
  const check = waiting(300, { host: 'node1' });
  const begun = [...BOTH, ...(started === undefined ? [] : [started])];
  const undo: RunEvent = { type: 'undoStarted', host: 'node1' };
  expect([
    unfinished(...begun),
    unfinished(...begun, ...applied),
    unfinished(...BOTH, ...changed('node1', 'one'), check),
    unfinished(...begun, ...applied, undo),
    unfinished(...begun, ...applied, undo, { type: 'undone', host: 'node1' }),
  ]).toEqual([
    ['node1: one, under way'],
    ['node1: one, ran'],
    ['node1: every VIP is held once, under way'],
    ['node1: one, ran', 'node1: the undo, under way'],
    [],
  ]);
});
