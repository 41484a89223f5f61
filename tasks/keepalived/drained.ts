import { type Task, task } from '#engine/model/task.ts';
import { DRAINED_PATH, drainedBy } from '#keepalived/reads/drained.ts';
import { keepalivedProcess } from '#keepalived/reads/process.ts';

/**
 * Changes nothing: says in a plan who took the node off duty. What it asks, whether keepalived runs,
 * too, is what a plan is made from, also of nodes on which nothing is to change.
 */
export function drainNote(): Task {
  return task({
    title: 'duty',
    desired: {},
    reads: { drained: drainedBy, process: keepalivedProcess },
    inspect: () => ({}),
    note: ({ drained: by }) => (by === undefined ? undefined : `was drained by ${by}`),
    apply: () => [],
  });
}

/**
 * The mark that keeps a node off duty, over reboots and deploys. `by` is what it says when there is
 * none yet: `ada@desk at 2026-11-24T10:00:00Z`. The mark of somebody else stays as it is.
 */
export function drained(by: string): Task {
  return task({
    title: 'drained',
    desired: { marked: true },
    reads: { drained: drainedBy },
    inspect: ({ drained: before }) => ({ marked: before !== undefined }),
    note: ({ drained: before }) => (before === undefined ? undefined : `was drained by ${before}`),
    apply: () => [
      { kind: 'write', path: DRAINED_PATH, body: `${by}\n`, mode: '0644', owner: 'root:root' },
    ],
  });
}

/** No such mark. */
export function notDrained(): Task {
  return task({
    title: 'not drained',
    desired: { marked: false },
    reads: { drained: drainedBy },
    inspect: ({ drained: before }) => ({ marked: before !== undefined }),
    note: ({ drained: before }) =>
      before === undefined ? 'not drained' : `was drained by ${before}`,
    apply: () => [{ kind: 'remove', path: DRAINED_PATH }],
  });
}
