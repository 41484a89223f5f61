import { connect as dial } from 'node:net';
import type { Duplex } from 'node:stream';
import { Failure } from '#engine/model/failure.ts';
import type { Hop } from './hop.ts';
import { Keyring } from './keyring.ts';
import { type KnownHostKey, knownHostsFiles, targetOf } from './known-hosts.ts';
import { KnownHosts } from './known-hosts-files.ts';
import { type Link, logIn } from './link.ts';
import { findLogin } from './login.ts';
import type { Carried } from './proxy-command.ts';
import type { SshConfig } from './ssh-config.ts';
import { whileDropped } from './while-dropped.ts';

interface SharedLink {
  readonly link: Promise<Link>;
  users: number;
}

/**
 * rota's own SSH client: ssh_config, keys and known hosts of this machine's user, and the logins at
 * jump hosts, which all hosts behind them share and which end with the last of these.
 */
export class SshClient {
  readonly config: SshConfig;
  readonly keyring = new Keyring();
  readonly #knownHosts = new KnownHosts();
  readonly #jumps = new Map<string, SharedLink>();

  constructor(config: SshConfig) {
    this.config = config;
  }

  /** Logs in, or rejects with a Failure, kind `unreachable`. */
  async logIn(hop: Hop): Promise<Link> {
    const known = await this.knownHosts(hop);
    const { attempts } = await findLogin(hop, this.keyring);
    return await whileDropped(
      hop.timeoutMs,
      async () => await logIn(hop, { known, attempts }, async () => await this.#carry(hop)),
    );
  }

  /** The lines of known_hosts that are for the hop. */
  async knownHosts({ settings }: Hop): Promise<readonly KnownHostKey[]> {
    return await this.#knownHosts.linesFor(knownHostsFiles(settings), targetOf(settings));
  }

  async #carry(hop: Hop): Promise<Carried> {
    const { address, port, proxyCommand } = hop.settings;
    if (hop.via !== undefined) return { stream: await this.#forward(hop.via, hop) };
    if (proxyCommand !== undefined) {
      const { runProxy } = await import('./proxy-command.ts');
      return runProxy(proxyCommand);
    }
    // ssh2 never sets TCP_NODELAY by itself: without it an exec takes 88 ms instead of 3.
    return { stream: dial({ host: address, port, noDelay: true, ...boundBy(hop) }) };
  }

  async #forward(jump: Hop, hop: Hop): Promise<Duplex> {
    const key = keyOf(jump);
    const shared = await this.#share(key, jump);
    const release = () => this.#release(key, shared);
    try {
      const stream = await channelTo(hop, await shared.link, jump);
      return stream.once('close', release);
    } catch (error) {
      release();
      throw error;
    }
  }

  async #share(key: string, jump: Hop): Promise<SharedLink> {
    const open = this.#jumps.get(key);
    if (open !== undefined && !(await open.link).closed) {
      open.users += 1;
      return open;
    }
    const shared = { link: this.logIn(jump), users: 1 };
    this.#jumps.set(key, shared);
    return shared;
  }

  #release(key: string, shared: SharedLink): void {
    shared.users -= 1;
    if (shared.users > 0) return;
    if (this.#jumps.get(key) === shared) this.#jumps.delete(key);
    shared.link.then(
      (link) => link.close(),
      () => {},
    );
  }
}

const FAMILIES: Readonly<Record<string, number>> = { inet: 4, inet6: 6 };

/** AddressFamily and BindAddress. */
function boundBy({ settings: { words } }: Hop) {
  const family = FAMILIES[words.get('addressfamily')?.[0] ?? 'any'];
  const localAddress = words.get('bindaddress')?.[0];
  return {
    ...(family === undefined ? {} : { family }),
    ...(localAddress === undefined || localAddress === 'none' ? {} : { localAddress }),
  };
}

async function channelTo(hop: Hop, { ssh }: Link, jump: Hop): Promise<Duplex> {
  const { address, port } = hop.settings;
  const opening = ssh.forwardOut('127.0.0.1', 0, address, port);
  const { promise: late, reject } = Promise.withResolvers<never>();
  const limit = `no answer in ${hop.timeoutMs / 1000} s (ansible_timeout)`;
  const timer = setTimeout(() => reject(new Error(limit)), hop.timeoutMs);
  try {
    return await Promise.race([opening, late]);
  } catch (cause) {
    opening.then((channel) => channel.destroy()).catch(() => {});
    throw new Failure('The jump host cannot reach the host', {
      kind: 'unreachable',
      where: hop.where,
      output: `${jump.where}: ${(cause as Error).message}`,
      fix: `See from there whether the host answers, and whether its sshd_config has AllowTcpForwarding:\n  ${jump.byHand.replace('ssh -v', 'ssh')} nc -vz ${address} ${port}`,
      cause,
    });
  } finally {
    clearTimeout(timer);
  }
}

function keyOf({ byHand, via }: Hop): string {
  return via === undefined ? byHand : `${keyOf(via)}\n${byHand}`;
}
