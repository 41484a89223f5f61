import { type ChildProcess, spawn } from 'node:child_process';
import type { AddressInfo, Server, Socket } from 'node:net';
import ssh2, {
  type AuthContext,
  type AuthenticationType,
  type Connection,
  type ServerChannel,
} from 'ssh2';
import type { Host } from '#engine/model/host.ts';
import { hostWith, Scratch } from './hosts.ts';

const HOST_KEY = keyPair();
const USER_KEY = keyPair();

export interface Odd {
  /** Answers a command in place of a shell; undefined leaves it to one. */
  answer?(channel: ServerChannel, command: string): boolean;
  readonly maxSessions?: number;
  /** No login is taken before so many handshakes went on at once. */
  readonly together?: number;
  readonly refuseExec?: boolean;
  /** What it would take instead of what it is shown. */
  readonly refuseLogin?: AuthenticationType[] | 'silently';
  /** The one thing that it takes, asked for in this way. */
  readonly password?: { readonly text: string; readonly by: 'password' | 'keyboard-interactive' };
}

/** An SSH server in this process, that does what no sshd can be made to do. */
export class Ssh2Server implements AsyncDisposable {
  readonly commands: string[] = [];
  readonly #scratch = new Scratch();
  readonly #userKey = this.#scratch.file('user', USER_KEY.private);
  readonly #server: ssh2.Server;
  readonly #sockets = new Set<Socket>();
  readonly #odd: Odd;
  authAttempts: string[] = [];
  most = 0;
  mostHandshakes = 0;
  #handshakes = 0;
  readonly #waiting: AuthContext[] = [];

  constructor(odd: Odd = {}) {
    this.#odd = odd;
    this.#server = new ssh2.Server({ hostKeys: [HOST_KEY.private] }, (connection) =>
      this.#serve(connection),
    );
  }

  async listen(): Promise<this> {
    // ssh2 keeps the sockets to itself; its server passes on what net's server is.
    const { _srv: server } = this.#server as unknown as { readonly _srv: Server };
    server.on('connection', (socket: Socket) => this.#sockets.add(socket.setNoDelay(true)));
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get host(): Host {
    const { port } = this.#server.address() as AddressInfo;
    const line = `[127.0.0.1]:${port} ${HOST_KEY.public}\n`;
    return hostWith({
      port,
      keyFile: this.#userKey,
      knownHostsFiles: [this.#scratch.file('known_hosts', line)],
      connectTimeoutMs: 5000,
    });
  }

  /** All connections that there were, and the bytes that came and went over them. */
  get traffic() {
    const all = [...this.#sockets];
    const sum = (counts: readonly number[]) => counts.reduce((one, other) => one + other, 0);
    return {
      connections: all.length,
      received: sum(all.map(({ bytesRead }) => bytesRead)),
      sent: sum(all.map(({ bytesWritten }) => bytesWritten)),
    };
  }

  /** Cuts every connection, as a power failure does: without a word of SSH. */
  drop(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
    this.#scratch[Symbol.dispose]();
  }

  #take(attempt: AuthContext): void {
    this.#waiting.push(attempt);
    if (this.mostHandshakes < (this.#odd.together ?? 1)) return;
    for (const one of this.#waiting.splice(0)) one.accept();
  }

  #serve(connection: Connection): void {
    let open = 0;
    connection.on('error', () => {});
    this.#handshakes += 1;
    this.mostHandshakes = Math.max(this.mostHandshakes, this.#handshakes);
    connection.once('ready', () => {
      this.#handshakes -= 1;
    });
    connection.on('authentication', (attempt) => {
      this.authAttempts.push(attempt.method);
      const { refuseLogin, password } = this.#odd;
      if (password !== undefined) takePassword(attempt, password);
      else if (refuseLogin === undefined) this.#take(attempt);
      else if (refuseLogin !== 'silently') attempt.reject(refuseLogin);
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
        if (this.#odd.answer?.(channel, command) === true) return;
        runInShell(channel, command).once('close', () => {
          open -= 1;
        });
      });
    });
  }
}

/** One in a few hundred of the keys that ssh2 makes is one that it cannot read. */
function keyPair() {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519');
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair;
  }
}

function takePassword(attempt: AuthContext, { text, by }: NonNullable<Odd['password']>): void {
  const judge = (given?: string) => {
    if (given === text) attempt.accept();
    else attempt.reject([by]);
  };
  if (attempt.method !== by) judge();
  else if (attempt.method === 'password') judge(attempt.password);
  else if (attempt.method === 'keyboard-interactive') {
    attempt.prompt([{ prompt: 'Password: ', echo: false }], ([answer]) => judge(answer));
  }
}

function runInShell(channel: ServerChannel, command: string): ChildProcess {
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
  return child;
}
