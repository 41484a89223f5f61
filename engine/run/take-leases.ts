import type { HostRun } from '#engine/host/host-run.ts';
import { PROGRAM_SHELL } from '#engine/host/run-program.ts';
import { openRun } from '#engine/reads/runs.ts';
import { type Ring, waitingIn } from '#engine/rollout/rings.ts';
import { hasRings, type Run } from './run.ts';

/**
 * Takes every host that this run will touch, before anything is changed on any of them, and all of a
 * ring that is changed, so that nobody else changes another part of it, and what is in front of it;
 * false when one of those is not to be had: where hosts share no ring, it holds up no other. Of a ring
 * the first host alone at first: of two runs that want the same hosts, one gets all of them. None is
 * taken any more once the run is stopped: what a dead run has left is undone under a lease.
 */
export async function takeLeases<V>(run: Run<V>, rings: readonly Ring[]): Promise<boolean> {
  const { stop } = run.input;
  if (run.local?.failure !== undefined) return false;
  const isInRings = hasRings(run.input.playbook);
  const changing = rings.filter((ring) => waitingIn(ring).length > 0);
  const shared = new Set(changing.flatMap(({ hosts, fronts }) => (isInRings ? hosts : fronts)));
  const wanted = run.nodes.filter(
    (node) => node.failure === undefined && (shared.has(node) || isWanted(run, node)),
  );
  if (run.input.playbook.rollout === undefined) for (const node of wanted) expectProgram(node);
  const first = isInRings ? wanted.slice(0, 1) : [];
  for (const part of [first, wanted.slice(first.length)]) {
    if (stop.aborted) return false;
    await Promise.all(part.map((node) => node.takeLease()));
    if (isInRings && part.some(isLocked)) return false;
  }
  return true;
}

/** No rollout holds it back: its program follows the lease at once. */
function expectProgram({ tasks, connection }: HostRun): void {
  if (tasks.hasChangesFrom(0)) connection.session.expect(PROGRAM_SHELL);
}

/** Whether there is something to do on a host, or to see to, as far as it alone is concerned. */
export function isWanted<V>({ input }: Run<V>, node: HostRun): boolean {
  if (!input.targets.has(node.name)) return false;
  const other = node.answers.find(openRun);
  return (
    input.playbook.script !== undefined ||
    node.tasks.hasChangesFrom(0) ||
    (other !== 'none' && other !== 'leased')
  );
}

/** A host that was lost meanwhile is out of the run, and holds up no others here. */
function isLocked({ failure }: HostRun): boolean {
  return failure !== undefined && failure.kind !== 'unreachable';
}
