import type { Config } from 'node-ssh';
import { algorithmsFor } from './algorithms.ts';
import { authOrder } from './auth-order.ts';
import type { Progress } from './connect-failure.ts';
import { type Hop, targetOf } from './hop.ts';
import { checkHostKey, knownHostsFiles } from './host-key-check.ts';
import type { Keyring } from './keyring.ts';
import { hostKeyAlgorithms, linesFor, readKnownHosts } from './known-hosts.ts';
import { findLogin } from './login.ts';

/** A host that is silent for three of these is given up, where ssh_config has nothing else. */
const KEEPALIVE_MS = 10_000;

/** What ssh2 needs to log in as ssh would. */
export async function clientConfig(
  hop: Hop,
  keyring: Keyring,
  progress: Progress,
): Promise<Config> {
  const { settings } = hop;
  const target = targetOf(settings);
  const known = linesFor(await readKnownHosts(knownHostsFiles(hop)), target);
  const { attempts } = await findLogin(hop, keyring);
  const algorithms = hostKeyAlgorithms(known, target);
  return {
    username: settings.user,
    authHandler: authOrder(attempts, progress),
    algorithms: algorithmsFor(settings, algorithms),
    hostVerifier: (key: Buffer) => {
      const { failure, isNew, doubtful } = checkHostKey(hop, known, key);
      progress.hostKey = failure;
      progress.newKey = isNew ? key : undefined;
      progress.doubtful = doubtful === true;
      return failure === undefined;
    },
    readyTimeout: progress.timeoutMs,
    keepaliveInterval: settings.serverAliveIntervalMs || KEEPALIVE_MS,
    keepaliveCountMax: settings.serverAliveCountMax,
  };
}
