import type { HostRun } from '#engine/host/host-run.ts';
import { Failure } from '#engine/model/failure.ts';
import type { Impact, RingPlan } from '#engine/model/rollout.ts';

/**
 * The plan of a ring of which tasks are left out (--tags, --start-at). What it says of a host is
 * said of all its tasks; and where nobody is on duty, no part of the tasks alone can pass a gate.
 */
export function withLeftOut(plan: RingPlan, hosts: readonly HostRun[]): RingPlan {
  const names = hosts
    .filter(({ failure, tasks }) => failure === undefined && tasks.leaveOutChanges())
    .map(({ name }) => name);
  if (names.length === 0) return plan;
  const impacts = [...plan.impacts].map(
    ([name, impact]) => [name, names.includes(name) ? asWhole(impact) : impact] as const,
  );
  const refusals = plan.isEmpty ? [...plan.refusals, nothingToKeep(names)] : plan.refusals;
  return { ...plan, impacts: new Map(impacts), refusals };
}

function asWhole(impact: Impact): Impact {
  return { ...impact, text: `${impact.text}, if what is left out were done, too` };
}

function nothingToKeep(names: readonly string[]): Failure {
  return new Failure('A ring on which nothing runs yet cannot be changed in part', {
    where: names.join(', '),
    fix: 'Leave --tags, --skip-tags and --start-at out: what is done then is gated and verified as a whole.',
  });
}
