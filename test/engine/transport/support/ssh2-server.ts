import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import ssh2, { type Connection, type ServerChannel } from 'ssh2';
import type { Host } from '#engine/model/host.ts';
import { hostWith, Scratch } from './hosts.ts';

export interface Odd {
  /** Answers a command in place of a shell; undefined leaves it to one. */
  answer?(channel: ServerChannel, command: string): boolean;
  readonly maxSessions?: number;
  readonly refuseExec?: boolean;
}

/** An SSH server in this process, that does what no sshd can be made to do. */
export class Ssh2Server implements AsyncDisposable {
  readonly commands: string[] = [];
  readonly connections = new Set<Connection>();
  readonly #scratch = new Scratch();
  readonly #userKey = this.#scratch.key('user', '-t', 'ed25519');
  readonly #hostKey = this.#scratch.key('host', '-t', 'ed25519');
  readonly #server: ssh2.Server;
  readonly #odd: Odd;
  authAttempts: string[] = [];
  most = 0;

  constructor(odd: Odd = {}) {
    this.#odd = odd;
    this.#server = new ssh2.Server({ hostKeys: [readFileSync(this.#hostKey.file)] }, (connection) =>
      this.#serve(connection),
    );
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get host(): Host {
    const { port } = this.#server.address() as AddressInfo;
    const line = `[127.0.0.1]:${port} ${this.#hostKey.publicKey}\n`;
    return hostWith({
      port,
      keyFile: this.#userKey.file,
      knownHostsFiles: [this.#scratch.file('known_hosts', line)],
      connectTimeoutMs: 5000,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const connection of this.connections) connection.end();
    await new Promise((resolve) => this.#server.close(resolve));
    this.#scratch[Symbol.dispose]();
  }

  #serve(connection: Connection): void {
    let open = 0;
    this.connections.add(connection);
    connection.on('error', () => {});
    connection.on('close', () => this.connections.delete(connection));
    connection.on('authentication', (attempt) => {
      this.authAttempts.push(attempt.method);
      attempt.accept();
    });
    connection.on('session', (accept, reject) => {
      if (open >= (this.#odd.maxSessions ?? 10)) return reject();
      open += 1;
      this.most = Math.max(this.most, open);
      const session = accept();
      session.on('error' as 'close', () => {});
      session.on('exec', (acceptExec, rejectExec, { command }) => {
        this.commands.push(command);
        if (this.#odd.refuseExec) return rejectExec();
        const channel = acceptExec();
        channel.on('close', () => {
          open -= 1;
        });
        if (this.#odd.answer?.(channel, command) !== true) runInShell(channel, command);
      });
    });
  }
}

function runInShell(channel: ServerChannel, command: string): void {
  const child = spawn('/bin/sh', ['-c', command]);
  child.stdin.on('error', () => {});
  channel.on('error', () => {});
  channel.pipe(child.stdin);
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  child.on('close', (code, signal) => {
    if (signal === null) channel.exit(code ?? 0);
    else channel.exit(signal.slice(3));
    channel.end();
  });
}
