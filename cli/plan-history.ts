import { Answers } from '#engine/model/answers.ts';
import type { Host } from '#engine/model/host.ts';
import { runs } from '#engine/reads/runs.ts';
import type { Connections } from '#lib/ssh/index.ts';
import { lookAt } from './look.ts';

/** When a plan was applied, by the runs that hosts know of; undefined: by none that they still know. */
export async function usedOnHosts(
  connections: Connections,
  planId: string,
  hosts: readonly Host[],
): Promise<string | undefined> {
  const looks = await lookAt(connections, hosts, () => ({ runs }));
  const known = [...looks.values()].flatMap((seen) =>
    // One that cannot be asked is told by the run itself, which changes nothing then.
    seen instanceof Answers && !(seen.answer(runs.key) instanceof Error)
      ? (seen.get(runs) ?? [])
      : [],
  );
  return known.find(({ plan }) => plan === planId)?.since;
}
