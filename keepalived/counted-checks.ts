import { Failure } from '#engine/model/failure.ts';
import { trackedChecks } from './profile.ts';
import type { VipSample } from './reads/vip-sample.ts';
import type { VrrpProbe } from './reads/vrrp-probe.ts';
import type { Node } from './vars.ts';

/** The checks of the last look, as keepalived says or else as it would count our own runs of them. */
export function countedChecks(
  { vars }: Node,
  looks: readonly VipSample[],
  probe: VrrpProbe | Failure | undefined,
): VipSample['checks'] {
  const isWell = saysThatAllIsWell(probe);
  const counted = trackedChecks(vars)
    .filter(({ name }) => looks.at(-1)?.checks[name] !== undefined)
    .map((check): [string, boolean] => {
      const runs = looks.flatMap(({ checks }) => checks[check.name] ?? []);
      return [check.name, isWell || countRuns(runs, check)];
    });
  return Object.fromEntries(counted);
}

/** An instance whose check has failed is in none of these states: each tracks all checks. */
function saysThatAllIsWell(probe: VrrpProbe | Failure | undefined): boolean {
  if (probe === undefined || probe instanceof Failure || probe.told.by === 'nobody') return false;
  const { after } = probe.told;
  return after.length > 0 && after.every(({ state }) => state === 'MASTER' || state === 'BACKUP');
}

/**
 * Whether a check passes by its runs, the oldest first, as keepalived counts them: the first one
 * decides, and after it `rise` that pass in a row, or `fall` that fail.
 */
function countRuns(
  runs: readonly boolean[],
  { rise, fall }: { readonly rise: number; readonly fall: number },
): boolean {
  let [passes = false] = runs;
  let against = 0;
  for (const run of runs) {
    against = run === passes ? 0 : against + 1;
    if (against < (passes ? fall : rise)) continue;
    passes = run;
    against = 0;
  }
  return passes;
}
