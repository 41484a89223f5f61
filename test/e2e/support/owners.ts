import type { Continuity } from '#engine/model/rollout.ts';

/**
 * Who held it, in turn. Of those who had it while its first holder was away only the last one counts:
 * on a busy machine the second backup may take it for a moment before the first one does.
 */
export function ownersInTurn({ owners }: Continuity): readonly string[] {
  const hosts = owners.map(({ host }) => host).filter((host) => host !== undefined);
  const [home] = hosts;
  return hosts.filter((host, at) => host === home || (hosts[at + 1] ?? home) === home);
}
