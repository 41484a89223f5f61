import type { Host } from '#engine/model/host.ts';
import { type Exit, Killed } from '#engine/model/session.ts';
import { sh } from '#engine/shell/quote.ts';
import { CHANNELS, endedAtOnce, lost, noChannel, typistAt } from './channels.ts';
import { typed } from './command-words.ts';
import { type Hop, hopTo } from './hop.ts';
import { Invocation, type Transport, type TransportOptions, type Typist } from './invocation.ts';
import { isKept, keptSocket } from './kept-connection.ts';
import { LocalSession } from './local-session.ts';
import { openSshFailure } from './openssh-failure.ts';
import { type SharedConnection, startMaster } from './openssh-master.ts';
import { Slots } from './slots.ts';
import type { SshConfig } from './ssh-config.ts';
import type { SshSettings } from './ssh-settings.ts';
import { whileDropped } from './while-dropped.ts';

/** Jump hosts and logins take their time beside the connection itself. */
const LOGIN_TIMEOUTS = 3;
/** What ssh ends with when it fails itself, and when the command ended so. */
const SSH_FAILED = 255;

/** Opens a session through OpenSSH's own client, or rejects with a Failure, kind `unreachable`. */
export async function openOpenSsh(host: Host, config: SshConfig): Promise<Transport> {
  const hop = await hopTo(host, config);
  const { request, timeoutMs, settings, password } = hop;
  const words = [...request.words, ...patience(timeoutMs, settings), '--', request.address];
  const limitMs = LOGIN_TIMEOUTS * timeoutMs;
  const asked = password && { password, by: askerOf(hop) };
  const kept = keptSocket(settings);
  if (kept !== undefined && (await isKept(kept))) {
    return new OpenSshSession(host, { socket: kept, stderr: '', end: async () => {} }, hop);
  }
  return await whileDropped(timeoutMs, async () => {
    const master = await startMaster({ words, asked, kept });
    const end = await master.opened(limitMs);
    if (end === undefined) return new OpenSshSession(host, master, hop);
    await master.end();
    throw openSshFailure(hop, { ...end, limitMs });
  });
}

/** Who asks for the password, in ssh's words: on the way there may be others, who are not to get it. */
function askerOf({
  settings: { user, address, proxyJump, proxyCommand },
}: Hop): string | undefined {
  const isAlone = proxyJump === undefined && proxyCommand === undefined;
  return isAlone ? undefined : `${user}@${address.toLowerCase()}`;
}

/** A host that is silent for three of ten seconds is given up, unless ssh_config says otherwise. */
function patience(timeoutMs: number, { serverAliveIntervalMs }: SshSettings): readonly string[] {
  const alive = ['-o', 'ServerAliveInterval=10', '-o', 'ServerAliveCountMax=3'];
  return [
    ...['-o', `ConnectTimeout=${Math.ceil(timeoutMs / 1000)}`],
    ...(serverAliveIntervalMs === 0 ? alive : []),
  ];
}

class OpenSshSession implements Transport {
  readonly host: Host;
  readonly #typist: Typist;
  readonly #master: SharedConnection;
  /** Each command is an ssh of this machine. */
  readonly #here: LocalSession;
  readonly #slots = new Slots(CHANNELS);
  /** Whether a command has begun here. */
  #served = false;

  constructor(host: Host, master: SharedConnection, hop: Hop) {
    this.host = host;
    const tell = async (command: string) => await this.#run(['--', HOST, typed(command)]);
    this.#typist = typistAt(host, hop, tell);
    this.#master = master;
    const connection = { transport: 'local', address: host.name } as const;
    this.#here = new LocalSession({ ...host, connection });
  }

  async exec(command: string, options: TransportOptions = {}): Promise<Exit> {
    using invocation = new Invocation(this.#typist, command, options);
    const exit = await this.#slots.use(async () => {
      invocation.sent();
      const words = ['--', HOST, invocation.command];
      return await this.#run(words, { ...options, ...invocation.options });
    });
    const why = this.#served || invocation.hasBegun ? lost : endedAtOnce;
    this.#served ||= invocation.hasBegun;
    if (exit.status === SSH_FAILED) await this.#explain(exit.stderr.toString(), why);
    return { ...exit, ...invocation.ownOf(exit) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#here[Symbol.asyncDispose]();
    await this.#master.end();
  }

  async #run(words: readonly string[], options: TransportOptions = {}): Promise<Exit> {
    const ssh = [...CLIENT, '-S', this.#master.socket.replaceAll('%', '%%')];
    try {
      return await this.#here.exec(sh`exec ssh ${ssh} ${words}`, options);
    } catch (error) {
      throw error instanceof Killed ? lost(this.host.name, error) : error;
    }
  }

  /** A command may end with 255 as well: then there still is a connection, and no word of ssh's. */
  async #explain(stderr: string, why: typeof lost): Promise<void> {
    if (/Session open refused by peer/.test(stderr)) throw noChannel(this.host.name, stderr.trim());
    const { status } = await this.#run(['-O', 'check', '--', HOST]);
    if (status !== 0) throw why(this.host.name, new Error(this.#master.stderr.trim()));
  }
}

/** ssh wants a name, and connects to none. */
const HOST = 'host';

/** Takes nothing from ssh_config, and no other way than the connection that is there. */
const CLIENT = [
  ...['-T', '-F', '/dev/null', '-o', 'ControlMaster=no'],
  ...['-o', 'ProxyCommand=false', '-o', 'BatchMode=yes'],
];
