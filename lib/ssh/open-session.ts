import { setTimeout as delay } from 'node:timers/promises';
import type { Host } from '#engine/model/host.ts';
import { ConnectFailure } from './connect-failure.ts';
import { type Hop, hopTo } from './hop.ts';
import type { Transport } from './invocation.ts';
import type { Link } from './link.ts';
import { needsOpenSsh, whyNotOurs } from './needs-openssh.ts';
import type { SshClient } from './ssh-client.ts';
import { SshSession } from './ssh-session.ts';

/** As ssh waits between ConnectionAttempts. */
const PAUSE_MS = 1000;

/**
 * Opens a session over rota's own SSH client, or over OpenSSH's where ssh_config needs it or the
 * server insists on what rota's cannot do. A host that does not answer is tried as often as
 * ssh_config or the inventory says.
 */
export async function openSession(host: Host, client: SshClient): Promise<Transport> {
  const hop = await hopTo(host, client.config);
  const reason = await needsOpenSsh(hop, client);
  if (reason !== undefined) return await byOpenSsh(host, client, reason);
  const retries = host.connection.connectRetries ?? hop.settings.connectionAttempts - 1;
  try {
    return new SshSession(host, await logIn(hop, client, retries), hop);
  } catch (error) {
    const disagreement = whyNotOurs(error);
    if (disagreement === undefined) throw error;
    return await byOpenSsh(host, client, disagreement);
  }
}

async function logIn(hop: Hop, client: SshClient, retries: number): Promise<Link> {
  for (let left = retries; ; left -= 1) {
    try {
      return await client.logIn(hop);
    } catch (error) {
      if (left <= 0 || !(error instanceof ConnectFailure) || error.answered) throw error;
    }
    await delay(PAUSE_MS);
  }
}

/** Few hosts need it. */
async function byOpenSsh(host: Host, client: SshClient, reason: string): Promise<Transport> {
  const { openOpenSsh } = await import('./open-openssh.ts');
  return await openOpenSsh(host, client.config, reason);
}
