import { isDeepStrictEqual } from 'node:util';
import { hashAnswers } from '#engine/shell/answer-hash.ts';
import type { HostRun } from './host-run.ts';
import type { HostPlan } from './plan.ts';
import type { Run } from './run-playbook.ts';

/** Asks whoever has to approve of what is planned. False: nothing is to be changed on any host. */
export async function isApproved<V>({ input, ...run }: Run<V>): Promise<boolean> {
  const refusals = (await input.approve?.(hostPlans(run))) ?? [];
  for (const failure of refusals) input.emit({ type: 'runRefused', failure });
  return refusals.length === 0;
}

/** Asks again where `work` has changed what was approved. False also where the work says so. */
export async function isStillApproved<V>(
  run: Run<V>,
  work: () => Promise<boolean>,
): Promise<boolean> {
  const statesOf = () => hostPlans(run).map(({ host, state }) => [host, state]);
  const before = statesOf();
  if (!(await work())) return false;
  return isDeepStrictEqual(before, statesOf()) || (await isApproved(run));
}

/** What is planned on each host, those aside that failed or are not to be changed. */
function hostPlans<V>({
  local,
  nodes,
  rings,
}: Pick<Run<V>, 'local' | 'nodes' | 'rings'>): readonly HostPlan[] {
  const impacts = new Map(rings.flatMap(({ course }) => [...course.impacts]));
  return [...(local ? [local] : []), ...nodes].flatMap((host) => {
    if (host.planned === undefined || host.failure !== undefined) return [];
    const impact = impacts.get(host.name);
    return {
      host: host.name,
      stages: host.planned,
      state: stateOf(host),
      ...(impact === undefined ? {} : { impact }),
    };
  });
}

function stateOf(host: HostRun): string {
  const lasting = host.readsFrom(0).filter(({ volatile }) => !volatile);
  const keys = [...new Set(lasting.map(({ key }) => key))];
  return hashAnswers(keys.flatMap((key) => host.answers.raw(key) ?? []));
}
