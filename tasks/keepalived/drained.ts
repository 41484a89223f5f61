import { type Command, ownFile } from '#engine/model/command.ts';
import { requirement, type Task, task } from '#engine/model/task.ts';
import { DRAINED_PATH, drainedBy } from '#keepalived/reads/drained.ts';
import { keepalivedProcess } from '#keepalived/reads/process.ts';

/**
 * Changes nothing: says in a plan who took the node off duty. What it asks, whether keepalived runs,
 * too, is what a plan is made from, also of nodes on which nothing is to change.
 */
export function drainNote(): Task {
  return requirement({
    title: 'duty',
    reads: { drained: drainedBy, process: keepalivedProcess },
    note: ({ drained: by }) => (by === undefined ? undefined : `was drained by ${by}`),
  });
}

/**
 * The mark that keeps a node off duty, over reboots and deploys. `by` is what it says when there is
 * none yet: `ada@desk at 2026-11-24T10:00:00Z`. The mark of somebody else stays as it is.
 */
export function drained(by: string): Task {
  return marked(true, ownFile(DRAINED_PATH, `${by}\n`));
}

/** No such mark. */
export function notDrained(): Task {
  return marked(false, { kind: 'remove', path: DRAINED_PATH });
}

function marked(isWanted: boolean, command: Command): Task {
  return task({
    title: isWanted ? 'drained' : 'not drained',
    desired: { marked: isWanted },
    reads: { drained: drainedBy },
    inspect: ({ drained: by }) => ({ marked: by !== undefined }),
    note: ({ drained: by }) =>
      by === undefined ? (isWanted ? undefined : 'not drained') : `was drained by ${by}`,
    apply: () => [command],
  });
}
