import type { Host } from '#engine/model/host.ts';
import { type ExecOptions, type Exit, Killed, type Session } from '#engine/model/session.ts';
import { sh } from '#engine/shell/quote.ts';
import { asUser } from './become.ts';
import { CHANNELS, lost, noChannel } from './channels.ts';
import { hopTo } from './hop.ts';
import { LocalSession } from './local-session.ts';
import { openSshFailure } from './openssh-failure.ts';
import { type OpenSshMaster, startMaster } from './openssh-master.ts';
import { Slots } from './slots.ts';
import type { SshConfig } from './ssh-config.ts';
import type { SshSettings } from './ssh-settings.ts';

/** Jump hosts and logins take their time beside the connection itself. */
const LOGIN_TIMEOUTS = 3;
/** What ssh ends with when it fails itself, and when the command ended so. */
const SSH_FAILED = 255;

/** Opens a session through OpenSSH's own client, or rejects with a Failure, kind `unreachable`. */
export async function openOpenSsh(host: Host, config: SshConfig): Promise<Session> {
  const hop = await hopTo(host, config);
  const { request, timeoutMs, settings, password } = hop;
  const words = [...request.words, ...patience(timeoutMs, settings), '--', request.address];
  const master = await startMaster({ words, password });
  const end = await master.opened(LOGIN_TIMEOUTS * timeoutMs);
  if (end === undefined) return new OpenSshSession(host, settings.user, master);
  await master.end();
  throw openSshFailure(hop, end);
}

/** A host that is silent for three of ten seconds is given up, unless ssh_config says otherwise. */
function patience(timeoutMs: number, { serverAliveIntervalMs }: SshSettings): readonly string[] {
  const alive = ['-o', 'ServerAliveInterval=10', '-o', 'ServerAliveCountMax=3'];
  return [
    ...['-o', `ConnectTimeout=${Math.ceil(timeoutMs / 1000)}`],
    ...(serverAliveIntervalMs === 0 ? alive : []),
  ];
}

class OpenSshSession implements Session {
  readonly host: Host;
  readonly #user: string;
  readonly #master: OpenSshMaster;
  /** Each command is an ssh of this machine. */
  readonly #here: Session;
  readonly #slots = new Slots(CHANNELS);

  constructor(host: Host, user: string, master: OpenSshMaster) {
    this.host = host;
    this.#user = user;
    this.#master = master;
    const connection = { transport: 'local', address: host.name } as const;
    this.#here = new LocalSession({ ...host, connection });
  }

  async exec(command: string, options: ExecOptions = {}): Promise<Exit> {
    const invocation = asUser({ host: this.host, user: this.#user }, command, options);
    const exit = await this.#slots.use(
      async () => await this.#run(['--', HOST, invocation.command], invocation.options),
    );
    const { status, stderr } = exit;
    if (status === SSH_FAILED) await this.#explain(stderr.toString());
    return { ...exit, stderr: invocation.errorsOf(stderr, status) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#here[Symbol.asyncDispose]();
    await this.#master.end();
  }

  async #run(words: readonly string[], options: ExecOptions = {}): Promise<Exit> {
    const ssh = [...CLIENT, '-S', this.#master.socket.replaceAll('%', '%%')];
    try {
      return await this.#here.exec(sh`exec ssh ${ssh} ${words}`, options);
    } catch (error) {
      throw error instanceof Killed ? lost(this.host.name, error) : error;
    }
  }

  /** A command may end with 255 as well: then there still is a connection, and no word of ssh's. */
  async #explain(stderr: string): Promise<void> {
    if (/Session open refused by peer/.test(stderr)) throw noChannel(this.host.name);
    const { status } = await this.#run(['-O', 'check', '--', HOST]);
    if (status !== 0) throw lost(this.host.name, new Error(this.#master.stderr.trim()));
  }
}

/** ssh wants a name, and connects to none. */
const HOST = 'host';

/** Takes nothing from ssh_config, and no other way than the connection that is there. */
const CLIENT = [
  ...['-T', '-F', '/dev/null', '-o', 'ControlMaster=no'],
  ...['-o', 'ProxyCommand=false', '-o', 'BatchMode=yes'],
];
