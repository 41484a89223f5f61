import { Failure } from '#engine/model/failure.ts';
import { membersOf, type Ring, type Step, seenIn } from './rings.ts';
import type { Run } from './run-playbook.ts';
import { settleCheck } from './settle-check.ts';
import { undoHost } from './undo-host.ts';

/** An undo is seen to its end also when the user has asked the run to stop. */
const NEVER = new AbortController().signal;

/**
 * Undoes steps of a ring, the last one first, and sees that the ring is whole again; false when it
 * is not. What could not be undone is said for its host.
 */
export async function takeBack<V>(
  run: Run<V>,
  ring: Ring,
  steps: readonly Step[],
): Promise<boolean> {
  ring.steps = ring.steps.filter((step) => !steps.includes(step));
  let wasChanged = false;
  let isUndone = true;
  for (const { host, before } of firstOfEach(steps).toReversed()) {
    const undone = await undoHost(host, before);
    if (undone instanceof Failure) {
      host.failWith(undone);
      isUndone = false;
      continue;
    }
    if (undone === 'undone') wasChanged = true;
    host.takenBack();
  }
  return isUndone && (!wasChanged || (await isWholeAgain(run, ring, steps)));
}

/** A host that was changed in two phases is undone once, to what it was before the first. */
function firstOfEach(steps: readonly Step[]): readonly Step[] {
  return steps.filter(({ host }, index) => steps.findIndex((step) => step.host === host) === index);
}

async function isWholeAgain<V>(run: Run<V>, ring: Ring, steps: readonly Step[]): Promise<boolean> {
  const { playbook, emit, rollout } = run.input;
  const check = playbook.rollout?.ready?.(membersOf(run, ring), rollout);
  const host = steps.at(-1)?.host;
  if (check === undefined || host === undefined || rollout.repair) return true;
  const hosts = seenIn(run, ring);
  const about = { changed: host.name, depth: 'settled' } as const;
  const failure = await settleCheck({ check, hosts, ...about, emit, stop: NEVER });
  if (failure === undefined) return true;
  host.failWith(notWhole(host.name, failure));
  return false;
}

function notWhole(name: string, found: Failure): Failure {
  return new Failure('The host was undone, and the ring is not whole', {
    kind: 'undo',
    where: name,
    fix: 'Mend what is named above; npm run verify -- INVENTORY tells when the ring is whole.',
    cause: found,
  });
}
