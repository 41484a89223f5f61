import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Connection, Host } from '#engine/model/host.ts';
import { hostWith, type Key, Scratch } from './hosts.ts';

const BINARY = '/usr/sbin/sshd';

/** Why there can be no real sshd here; CI has to have one. */
export function whyNoSshd(...others: readonly string[]): string | undefined {
  const missing = [BINARY, ...others].find((program) => !existsSync(program));
  const why = missing === undefined ? undefined : `${missing} is not installed`;
  const reason = why ?? (process.getuid?.() === 0 ? undefined : 'it takes root to log in as root');
  if (reason !== undefined && process.env['CI'] === 'true') throw new Error(reason);
  return reason;
}

interface SshdOptions {
  readonly types: readonly string[];
  /** Lines that win over those of the configuration; a whole block of Match is one. */
  readonly extra: readonly string[];
  /** Words before sshd's own, of a program that becomes it; it may need the authorized keys. */
  readonly within: (keys: string) => readonly string[];
}

/** Debian's own sshd on a loopback port, with keys and a configuration that go with it. */
export class Sshd implements AsyncDisposable {
  readonly scratch = new Scratch();
  readonly userKey = this.scratch.key('user', '-t', 'ed25519');
  readonly hostKeys: Readonly<Record<string, Key>>;
  readonly #process;
  readonly port: number;

  private constructor(port: number, { types, extra, within }: SshdOptions) {
    this.port = port;
    this.hostKeys = Object.fromEntries(
      types.map((type) => [type, this.scratch.key(`host_${type}`, '-t', type)]),
    );
    mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
    const keys = this.scratch.file('authorized_keys', `${this.userKey.publicKey}\n`);
    const config = this.#config(keys, extra);
    const [program = '', ...words] = [...within(keys), BINARY, '-D', '-e', '-f', config];
    this.#process = spawn(program, words, { stdio: 'ignore' });
  }

  static async start(
    types: readonly string[] = ['ed25519'],
    extra: readonly string[] = [],
    within: (keys: string) => readonly string[] = () => [],
  ): Promise<Sshd> {
    const sshd = new Sshd(await freePort(), { types, extra, within });
    await sshd.#answers();
    return sshd;
  }

  host(connection: Partial<Connection> = {}): Host {
    const [key] = Object.values(this.hostKeys);
    const line = `[127.0.0.1]:${this.port} ${key?.publicKey}\n`;
    return hostWith({
      port: this.port,
      keyFile: this.userKey.file,
      knownHostsFiles: [this.scratch.file('known_hosts_of_all', line)],
      ...connection,
    });
  }

  knownHosts(...lines: string[]): string {
    return this.scratch.file('known_hosts', `${lines.join('\n')}\n`);
  }

  /** The processes that serve connections: children of the listener. */
  sessions(): readonly number[] {
    const children = `/proc/${this.#process.pid}/task/${this.#process.pid}/children`;
    return readFileSync(children, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A session may end by itself meanwhile, which is as good.
    for (const pid of this.sessions()) spawnSync('kill', ['-s', 'KILL', `${pid}`]);
    this.#process.kill('SIGKILL');
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      await once(this.#process, 'exit');
    }
    this.scratch[Symbol.dispose]();
  }

  #config(authorized: string, extra: readonly string[]): string {
    const blocks = extra.filter((line) => line.startsWith('Match '));
    return this.scratch.file(
      'sshd_config',
      [
        ...extra.filter((line) => !blocks.includes(line)),
        `Port ${this.port}`,
        'ListenAddress 127.0.0.1',
        ...Object.values(this.hostKeys).map(({ file }) => `HostKey ${file}`),
        `AuthorizedKeysFile ${authorized}`,
        `PidFile ${this.scratch.path}/pid`,
        'PermitRootLogin prohibit-password',
        'PasswordAuthentication no',
        'KbdInteractiveAuthentication no',
        'StrictModes no',
        'UsePAM no',
        // Keeps bash from reading the .bashrc of whoever runs the tests.
        'SetEnv SHLVL=2',
        ...blocks,
        '',
      ].join('\n'),
    );
  }

  async #answers(): Promise<void> {
    for (let tries = 0; tries < 200; tries += 1) {
      if (await listens(this.port)) return;
      await delay(25);
    }
    throw new Error('sshd did not start');
  }
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
