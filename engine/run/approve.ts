import type { HostRun } from '#engine/host/host-run.ts';
import type { Ring } from '#engine/rollout/rings.ts';
import { hashAnswers } from '#engine/shell/same-answers.ts';
import type { HostPlan } from './plan.ts';
import type { Run } from './run.ts';

/** Asks whoever has to approve of what is planned. False: nothing is to be changed on any host. */
export async function isApproved<V>(run: Run<V>, rings: readonly Ring[]): Promise<boolean> {
  const { approve, emit } = run.input;
  const refusals = (await approve?.(hostPlans(run, rings))) ?? [];
  for (const failure of refusals) emit({ type: 'runRefused', failure });
  return refusals.length === 0;
}

/** Asks again where `work` has changed what was approved. False also where the work says so. */
export async function isStillApproved<V>(
  run: Run<V>,
  rings: readonly Ring[],
  work: () => Promise<boolean>,
): Promise<boolean> {
  const statesOf = () =>
    hostPlans(run, rings)
      .map(({ host, state }) => `${host} ${state}`)
      .join();
  const before = statesOf();
  if (!(await work())) return false;
  return statesOf() === before || (await isApproved(run, rings));
}

/** What is planned on each host, those aside that failed or are not to be changed. */
function hostPlans<V>({ all }: Run<V>, rings: readonly Ring[]): readonly HostPlan[] {
  const impacts = new Map(rings.flatMap(({ plan }) => [...plan.impacts]));
  return all.flatMap((host) => {
    const { planned: stages } = host.state;
    if (stages === undefined || host.failure !== undefined) return [];
    return {
      host: host.name,
      stages,
      state: stateOf(host),
      impact: impacts.get(host.name),
    };
  });
}

function stateOf(host: HostRun): string {
  const lasting = host.tasks.readsFrom(0).filter(({ volatile }) => !volatile);
  const keys = [...new Set(lasting.map(({ key }) => key))];
  return hashAnswers(keys.flatMap((key) => host.answers.raw(key) ?? []));
}
