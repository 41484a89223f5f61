import { Failure } from '#engine/model/failure.ts';
import { membersOf, type Ring, type RolloutInput, type Step, seenIn } from './rings.ts';
import { settleCheck, Unknown } from './settle-check.ts';

/**
 * Undoes steps of a ring, the last one first, and sees that the ring is whole again; false when it
 * is not. What could not be undone is said for its host. `undo`: how a host is undone.
 */
export async function takeBack<V>(
  input: RolloutInput<V>,
  ring: Ring,
  steps: readonly Step[],
  undo = async ({ host, before }: Step) => await host.undo(before),
): Promise<boolean> {
  const ends: string[] = [];
  for (const step of oneOfEach(ring, steps).toReversed()) {
    const undone = await undo(step);
    ends.push(undone instanceof Failure ? 'failed' : undone);
  }
  if (ends.includes('failed')) return false;
  return !ends.includes('undone') || (await isWholeAgain(input, ring, steps));
}

/** A host that was changed in two phases is undone once: the last, where what each has done stays by itself. */
function oneOfEach({ plan }: Ring, steps: readonly Step[]): readonly Step[] {
  return steps.filter(({ host }, index) => {
    const isOfHost = (step: Step) => step.host === host;
    const at = plan.isAllOrNothing ? steps.findIndex(isOfHost) : steps.findLastIndex(isOfHost);
    return at === index;
  });
}

async function isWholeAgain<V>(
  input: RolloutInput<V>,
  ring: Ring,
  steps: readonly Step[],
): Promise<boolean> {
  const { rollout, options, emit } = input;
  const check = rollout.ready?.(membersOf(input, ring), options);
  const host = steps.at(-1)?.host;
  if (check === undefined || host === undefined || options.repair) return true;
  const hosts = seenIn(input, ring);
  const changed = [host];
  const about = { check, hosts, changed, afterUndo: true };
  // Without `stop`: an undo is seen to its end also when the user has asked the run to stop.
  const failure = await settleCheck({ ...about, depth: 'settled', emit });
  if (failure === undefined) return true;
  host.fail(notWhole(host.name, failure));
  return false;
}

function notWhole(name: string, found: Failure): Failure {
  const isKnown = !(found instanceof Unknown);
  const what = isKnown ? 'the ring is not whole' : 'nobody knows whether the ring is whole';
  return new Failure(`The host was undone, and ${what}`, {
    kind: 'undo',
    where: name,
    fix: 'Mend what is named above; npm run verify -- INVENTORY tells when the ring is whole.',
    cause: found,
  });
}
