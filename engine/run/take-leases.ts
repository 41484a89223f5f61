import type { HostRun } from '#engine/host/host-run.ts';
import { PROGRAM_SHELL } from '#engine/host/run-program.ts';
import { openRun } from '#engine/reads/runs.ts';
import { type Ring, waitingIn } from '#engine/rollout/rings.ts';
import { hasRings, type Run } from './run.ts';

/**
 * Takes every host that this run will touch, before anything is changed on any of them, and all of a
 * ring that is changed, so that nobody else changes another part of it; false when one of those is not
 * to be had: where hosts share no ring, it holds up no other. Of a ring the first host alone at first:
 * of two runs that want the same hosts, one gets all of them.
 */
export async function takeLeases<V>(run: Run<V>, rings: readonly Ring[]): Promise<boolean> {
  if (run.local?.failure !== undefined) return false;
  const shared = hasRings(run.input.playbook) ? rings : [];
  const isShared = (node: HostRun) =>
    shared.some((ring) => ring.hosts.includes(node) && waitingIn(ring).length > 0);
  const wanted = run.nodes.filter(
    (node) => node.failure === undefined && (isShared(node) || isWanted(run, node)),
  );
  if (run.input.playbook.rollout === undefined) for (const node of wanted) expectProgram(node);
  const first = shared.length > 0 ? wanted.slice(0, 1) : [];
  for (const part of [first, wanted.slice(first.length)]) {
    await Promise.all(part.map((node) => node.takeLease()));
    if (shared.length > 0 && part.some(isLocked)) return false;
  }
  return true;
}

/** No rollout holds it back: its program follows the lease at once. */
function expectProgram({ tasks, connection }: HostRun): void {
  if (tasks.hasChangesFrom(0)) connection.session.expect(PROGRAM_SHELL);
}

function isWanted<V>({ input }: Run<V>, node: HostRun): boolean {
  if (!input.targets.has(node.name)) return false;
  return (
    input.playbook.script !== undefined ||
    node.tasks.hasChangesFrom(0) ||
    node.answers.find(openRun) !== false
  );
}

/** A host that was lost meanwhile is out of the run, and holds up no others here. */
function isLocked({ failure }: HostRun): boolean {
  return failure !== undefined && failure.kind !== 'unreachable';
}
