import { Failure, Failures, orFailure } from '#engine/model/failure.ts';
import type { Host } from '#engine/model/host.ts';
import type { Connections } from '#lib/ssh/index.ts';

/**
 * Takes rota's own folders off hosts: the history with its pre-images, and the lease. After the run that
 * cleared the rest away, which still needed them.
 */
export async function forget(connections: Connections, hosts: readonly Host[]): Promise<void> {
  const ends = await Promise.all(hosts.map((host) => forgetOn(connections, host)));
  const failures = ends.filter((end) => end !== undefined);
  if (failures.length > 0) throw new Failures(failures);
}

const FORGET = 'rm -rf /var/lib/rota /run/rota';

async function forgetOn(connections: Connections, host: Host): Promise<Failure | undefined> {
  return await orFailure(host.name, async () => {
    await using session = await connections.connect(host);
    const { status, stderr } = await session.exec(FORGET, { limit: session.limits.forgetting });
    if (status === 0) return undefined;
    return new Failure('The folders of rota could not be removed', {
      where: host.name,
      ran: `${FORGET} → exit ${status}`,
      output: stderr.toString(),
      fix: `Mend what the host says, and remove them by hand:\n  ${FORGET}`,
    });
  });
}
