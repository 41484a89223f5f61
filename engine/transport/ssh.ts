import { connect as dial, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type Config, NodeSSH } from 'node-ssh';
import type { Host } from '#engine/model/host.ts';
import { authOrder } from './auth-order.ts';
import { connectFailure, type Progress } from './connect-failure.ts';
import { type Hop, hopTo, targetOf } from './hop.ts';
import { hostKeyFailure } from './host-key-failure.ts';
import { hostKeyAlgorithms, judge, readKnownHosts } from './known-hosts.ts';
import { findLogin } from './login.ts';
import type { ReadSettings } from './read-settings.ts';
import type { Session } from './session.ts';
import { SshSession } from './ssh-session.ts';

/** A host that is silent for three of these is given up. */
const KEEPALIVE_MS = 10_000;

/** Opens an SSH session to a host whose key is known, or rejects with a Failure, `unreachable`. */
export async function openSsh(host: Host, readSettings: ReadSettings): Promise<Session> {
  const hop = await hopTo(host, readSettings);
  const { timeoutMs } = hop;
  const progress: Progress = { step: 'dialling', tried: [], takes: [], timeoutMs };
  let sock: Socket | undefined;
  try {
    const config = await configFor(hop, progress);
    const { address, port } = hop.settings;
    // ssh2 never sets TCP_NODELAY by itself: without it an exec takes 88 ms instead of 3.
    sock = dial({ host: address, port, noDelay: true });
    const ssh = new NodeSSH();
    const opening = ssh.connect({ ...config, sock });
    const session = new SshSession({ host, user: hop.settings.user, ssh, sock });
    session.client.on('connect', () => {
      progress.step = 'handshake';
    });
    session.client.on('handshake', () => {
      progress.step = 'login';
    });
    await opening;
    // ssh2 answers for the host keys that sshd announces now. A command that goes out together with
    // that answer stalls for 40 ms in one of three cases: Nagle there against delayed ACKs here.
    await delay(1);
    return session;
  } catch (error) {
    sock?.destroy();
    throw connectFailure(error, hop, progress);
  }
}

async function configFor(hop: Hop, progress: Progress): Promise<Config> {
  const { settings, where } = hop;
  const files = [...settings.userKnownHostsFiles, ...settings.globalKnownHostsFiles];
  const target = targetOf(settings);
  const known = await readKnownHosts(files);
  const login = await findLogin(hop);
  const named = hop.keyFile === undefined ? undefined : login.keys[0];
  return {
    username: settings.user,
    // Given for the check that ssh2 makes of it: a key of authHandler that is none is passed over.
    ...(named === undefined ? {} : { privateKey: named.text }),
    authHandler: authOrder(login, settings.user, progress),
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
