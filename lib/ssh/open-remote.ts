import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '#engine/model/failure.ts';
import type { Host } from '#engine/model/host.ts';
import type { Session } from '#engine/model/session.ts';
import { ConnectFailure } from './connect-failure.ts';
import { type Hop, hopTo } from './hop.ts';
import { needsOpenSsh } from './needs-openssh.ts';
import { type Means, openSsh } from './ssh.ts';

/** As ssh waits between ConnectionAttempts. */
const PAUSE_MS = 1000;

/**
 * Opens a session over rota's own SSH client, or over OpenSSH's where ssh_config needs it or the
 * server insists on what rota's cannot do. A host that does not answer is tried as often as
 * ssh_config or the inventory says.
 */
export async function openRemote(host: Host, means: Means): Promise<Session> {
  const { transport, connectRetries } = host.connection;
  if (transport === 'openssh') return await openOpenSsh(host, means);
  const hop = await hopTo(host, means.readSettings);
  const reason = await needsOpenSsh(hop, means.keyring);
  if (reason !== undefined) return await byOpenSsh(host, means, reason);
  const retries = connectRetries ?? hop.settings.connectionAttempts - 1;
  try {
    return await openPatiently(host, { hop, means, retries });
  } catch (error) {
    const differ = error instanceof ConnectFailure && error.disagreed;
    if (!differ) throw error;
    return await byOpenSsh(host, means, `${error.output}, with rota's own client`);
  }
}

interface Attempt {
  readonly hop: Hop;
  readonly means: Means;
  readonly retries: number;
}

async function openPatiently(host: Host, { hop, means, retries }: Attempt): Promise<Session> {
  for (let left = retries; ; left -= 1) {
    try {
      return await openSsh(host, hop, means);
    } catch (error) {
      if (left <= 0 || !(error instanceof ConnectFailure) || error.answered) throw error;
    }
    await delay(PAUSE_MS);
  }
}

/** Few hosts need it. */
async function openOpenSsh(host: Host, { readSettings }: Means): Promise<Session> {
  const openssh = await import('./openssh.ts');
  return await openssh.openOpenSsh(host, readSettings);
}

async function byOpenSsh(host: Host, means: Means, reason: string): Promise<Session> {
  try {
    return await openOpenSsh(host, means);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { kind, where, fix, output, message } = error;
    throw new Failure(message, {
      kind,
      cause: error,
      output: [output, `OpenSSH's client is needed: ${reason}`].filter(Boolean).join('\n'),
      ...(where === undefined ? {} : { where }),
      ...(fix === undefined ? {} : { fix }),
    });
  }
}
