import type { HostRun } from '#engine/host/host-run.ts';
import { openRun } from '#engine/reads/runs.ts';
import { atOnce } from '#engine/rollout/at-once.ts';
import type { Run } from './run.ts';
import { isWanted } from './take-leases.ts';

/**
 * Connects everywhere at once. The one exchange of a node waits for the control machine's answers, and
 * for no other node.
 */
export async function lookAtAll<V>(run: Run<V>): Promise<void> {
  const { input, local, nodes } = run;
  const asked = askLocal(local);
  const all = atOnce(input.forks ?? nodes.length, nodes, async (node) => {
    await node.open();
    await asked;
    if (local?.failure === undefined) await lookAt(run, node);
  });
  await Promise.all([asked, all]);
}

async function askLocal(local: HostRun | undefined): Promise<void> {
  await local?.open();
  await local?.look([]);
  await local?.plan();
}

async function lookAt<V>(run: Run<V>, node: HostRun): Promise<void> {
  const { input, checks } = run;
  const reads = checks.flatMap((check) => Object.values(check.readsFor(node.name)));
  await node.look(input.mode === 'apply' ? [...reads, openRun] : reads);
  if (input.mode !== 'verify' && input.targets.has(node.name)) await node.plan();
  if (isDone(run, node)) await node.connection.close();
}

/** Nothing more will be asked of it: a thousand open connections take their memory, here and there. */
function isDone<V>(run: Run<V>, node: HostRun): boolean {
  const { mode, playbook } = run.input;
  if (mode === 'dry-run') return true;
  // By what others come to it may have to be looked at again, or changed.
  const isAlone = playbook.local === undefined && playbook.rollout === undefined;
  const isOut = node.failure !== undefined;
  return isAlone && playbook.verify === undefined && (isOut || !isWanted(run, node));
}
