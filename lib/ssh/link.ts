import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { type Config, NodeSSH } from 'node-ssh';
import { algorithmsFor } from './algorithms.ts';
import { CHANNELS } from './channels.ts';
import { connectFailure } from './connect-failure.ts';
import type { Hop } from './hop.ts';
import { checkHostKey, hostKeyAlgorithms } from './host-key.ts';
import { addKnownHost, type KnownHostKey } from './known-hosts.ts';
import type { LoginAttempt } from './login.ts';
import { authOrder, keepPacketKeys, type LoginProgress, signAtOnce } from './login-progress.ts';
import type { OpenLogin } from './open-login.ts';
import type { Carried } from './proxy-command.ts';
import type { SshSettings } from './ssh-settings.ts';

type Client = NonNullable<NodeSSH['connection']>;

/** How long a command may be: dropbear, and who knows what else, hangs up at more. */
const ROOM = 9000;
const OPENSSH_ROOM = 32_768;

/** A login by rota's own SSH client. */
export class Link implements OpenLogin {
  readonly ssh: NodeSSH;
  readonly channels = CHANNELS;
  readonly client: Client;
  /** What was tried to log in, the last of it with success, and what both sides agreed on. */
  readonly progress: LoginProgress;
  readonly #stream: Duplex;
  #closed = false;
  #closedHere = false;
  #cause: Error | undefined;

  constructor(ssh: NodeSSH, stream: Duplex, progress: LoginProgress) {
    if (ssh.connection === null) throw new Error('node-ssh makes its client when it is called');
    this.ssh = ssh;
    this.client = ssh.connection;
    this.#stream = stream;
    this.progress = progress;
    // node-ssh adds a listener per command, and none that stays: an error after the login would
    // end rota as an uncaught one.
    this.client.setMaxListeners(0);
    this.client.on('error', (error) => {
      this.#cause ??= error.message === 'Keepalive timeout' ? silent(progress.silenceMs) : error;
    });
    this.client.on('close', () => {
      this.#closed = true;
    });
  }

  get room(): number {
    return /^SSH-2\.0-OpenSSH_/.test(this.progress.greeting) ? OPENSSH_ROOM : ROOM;
  }

  get closed(): boolean {
    return this.#closed;
  }

  get cause(): Error | undefined {
    return this.#cause;
  }

  get closedHere(): boolean {
    return this.#closedHere;
  }

  /** Neither the host's goodbye nor its silence is waited for. */
  close(): void {
    this.#closedHere = true;
    this.#cause ??= new Error('rota closed it');
    this.client.end();
    if (this.#stream instanceof Socket) this.#stream.unref().destroySoon();
    else this.#stream.end(() => this.#stream.destroy());
  }
}

function silent(limitMs: number): Error {
  const by = 'ServerAliveInterval and ServerAliveCountMax of ssh_config';
  return new Error(`no word for ${limitMs / 1000} s (${by})`);
}

/** What a login goes by beside ssh_config. */
interface LoginInput {
  /** The lines of known_hosts that are for the host. */
  readonly known: readonly KnownHostKey[];
  /** In the order to try. */
  readonly attempts: readonly LoginAttempt[];
}

/** Logs in over what `carry` gives, or rejects with a Failure, kind `unreachable`. */
export async function logIn(
  hop: Hop,
  input: LoginInput,
  carry: () => Promise<Carried>,
): Promise<Link> {
  const { timeoutMs, settings } = hop;
  const progress: LoginProgress = {
    ...{ step: 'dialling', greeting: '', banner: '' },
    ...{
      tried: [],
      takes: [],
      timeoutMs,
      silenceMs: aliveMs(settings) * settings.serverAliveCountMax,
    },
  };
  let stream: Duplex | undefined;
  let adding: Promise<void> | undefined;
  try {
    const carried = await carry();
    progress.proxyWords = carried.words;
    stream = carried.stream;
    const ssh = new NodeSSH();
    const opening = ssh.connect({ ...clientConfig(hop, input, progress), sock: stream });
    const link = new Link(ssh, stream, progress);
    signAtOnce(link.client);
    stream.on('data', greetingInto(progress));
    link.client.on('banner', (text) => {
      progress.banner = (progress.banner + text).slice(-MOST_WORDS);
    });
    // ssh2 takes any stream that is no socket for connected, and says so before it can be heard.
    if (!(stream instanceof Socket)) progress.step = 'handshake';
    link.client.on('connect', () => {
      progress.step = 'handshake';
    });
    link.client.on('handshake', ({ kex, serverHostKey, cs }) => {
      keepPacketKeys(link.client);
      progress.agreed = [kex, serverHostKey, cs.cipher, cs.mac].filter(Boolean);
      progress.step = 'login';
      if (progress.newKey !== undefined) adding = addKnownHost(hop.settings, progress.newKey);
    });
    await opening;
    await adding;
    // ssh2 answers for the host keys that sshd announces now. A command that goes out together with
    // that answer stalls for 40 ms in one of three cases: Nagle there against delayed ACKs here.
    await delay(1);
    return link;
  } catch (error) {
    stream?.destroy();
    throw connectFailure(error, hop, progress);
  }
}

/** Of what is said before there is a login. */
const MOST_WORDS = 2000;

/** Keeps the first line that comes, or what there is of it. */
function greetingInto(progress: LoginProgress): (chunk: Buffer) => void {
  return (chunk) => {
    const { greeting } = progress;
    if (greeting.includes('\n') || greeting.length > 200) return;
    progress.greeting = greeting + chunk.toString('latin1', 0, 200);
  };
}

/** A host that is silent for three of these is given up, where ssh_config has nothing else. */
const KEEPALIVE_MS = 10_000;

function aliveMs({ serverAliveIntervalMs }: SshSettings): number {
  return serverAliveIntervalMs || KEEPALIVE_MS;
}

/** What ssh2 needs to log in as ssh would; `progress` is told how far it came. */
function clientConfig(hop: Hop, { known, attempts }: LoginInput, progress: LoginProgress): Config {
  const { settings } = hop;
  return {
    username: settings.user,
    authHandler: authOrder(attempts, progress),
    algorithms: algorithmsFor(settings, hostKeyAlgorithms(known)),
    hostVerifier: (key: Buffer) => {
      const { failure, isNew, doubtful } = checkHostKey(hop, known, key);
      progress.hostKey = failure;
      progress.newKey = isNew ? key : undefined;
      progress.doubtful = doubtful === true;
      return failure === undefined;
    },
    readyTimeout: progress.timeoutMs,
    keepaliveInterval: aliveMs(settings),
    keepaliveCountMax: settings.serverAliveCountMax,
  };
}
