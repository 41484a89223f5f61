import type { Config } from 'node-ssh';
import { authOrder } from './auth-order.ts';
import type { Progress } from './connect-failure.ts';
import { type Hop, targetOf } from './hop.ts';
import { hostKeyFailure } from './host-key-failure.ts';
import type { Keyring } from './keyring.ts';
import { hostKeyAlgorithms, judge, readKnownHosts } from './known-hosts.ts';
import { findLogin } from './login.ts';

/** A host that is silent for three of these is given up, where ssh_config has nothing else. */
const KEEPALIVE_MS = 10_000;

/** What ssh2 needs to log in as ssh would. */
export async function clientConfig(
  hop: Hop,
  keyring: Keyring,
  progress: Progress,
): Promise<Config> {
  const { settings, where } = hop;
  const files = [...settings.userKnownHostsFiles, ...settings.globalKnownHostsFiles];
  const target = targetOf(settings);
  const known = await readKnownHosts(files);
  const { attempts } = await findLogin(hop, keyring);
  return {
    username: settings.user,
    authHandler: authOrder(attempts, progress),
    algorithms: { serverHostKey: hostKeyAlgorithms(known, target) as never },
    hostVerifier: (key: Buffer) => {
      const verdict = judge(known, target, key);
      progress.hostKey = hostKeyFailure(verdict, { key, target, files, where });
      return progress.hostKey === undefined;
    },
    readyTimeout: progress.timeoutMs,
    keepaliveInterval: settings.serverAliveIntervalMs || KEEPALIVE_MS,
    keepaliveCountMax: settings.serverAliveCountMax,
  };
}
