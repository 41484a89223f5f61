import type { HostRun } from './host-run.ts';
import type { Run } from './run-playbook.ts';

/**
 * Takes every host that this run will touch, before anything is changed on any of them; false when
 * one is not to be had. The first host alone at first: of two runs that want the same hosts, one gets
 * all of them.
 */
export async function takeLeases<V>({ input, nodes, local }: Run<V>): Promise<boolean> {
  if (local?.failure !== undefined) return false;
  const wanted = nodes.filter(
    (node) =>
      node.failure === undefined &&
      input.targets.has(node.name) &&
      (input.playbook.script !== undefined || node.hasChangesFrom(0)),
  );
  const [first, ...others] = wanted;
  await first?.takeLease();
  if (first !== undefined && isLocked(first)) return false;
  await Promise.all(others.map((node) => node.takeLease()));
  return !wanted.some(isLocked);
}

/** A host that was lost meanwhile is out of the run, and holds up no others here. */
function isLocked({ failure }: HostRun): boolean {
  return failure !== undefined && failure.kind !== 'unreachable';
}
