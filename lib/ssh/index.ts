import { Failure, orFailure } from '#engine/model/failure.ts';
import type { Host } from '#engine/model/host.ts';
import { LIMITS, type Limits } from '#engine/model/limits.ts';
import type { ExecOptions, Session } from '#engine/model/session.ts';
import type { EarlyCommand } from './early-command.ts';
import type { ExplainedConnection } from './explain.ts';
import type { Transport } from './invocation.ts';
import { HostBytes } from './kept.ts';
import type { Questions } from './prepare.ts';
import { Slots } from './slots.ts';
import type { SshClient } from './ssh-client.ts';
import { SshConfig } from './ssh-config.ts';
import { withinLimit } from './stop.ts';

export type { ExplainedHop } from './explain.ts';

/** 200 handshakes at once take longer than 32 at a time. */
const HANDSHAKES = 32;

/**
 * The connections of one command. What it has read of ssh_config, and the keys that it was told the
 * passphrases of, are for all of them: so one command makes one of these and hands it down.
 */
export class Connections implements AsyncDisposable {
  readonly #handshakes: Slots;
  readonly #config = new SshConfig();
  readonly #prepared = new Set<string>();
  readonly #sessions = new Set<Transport>();
  readonly #limits: Limits;
  #client: Promise<SshClient> | undefined;

  /** `handshakes`: how many go on at once. */
  constructor(handshakes = HANDSHAKES, limits = LIMITS) {
    this.#handshakes = new Slots(handshakes);
    this.#limits = limits;
  }

  /**
   * Asks for what sessions with these hosts need, which are passphrases and whether a key is the
   * host's: once for each host. Without `ask` nothing is asked. Gives what is to be known of this
   * machine; rejects with a Failure where a passphrase is wrong.
   */
  async prepare(hosts: readonly Host[], ask: Questions | undefined): Promise<readonly Failure[]> {
    const left = hosts.filter(
      ({ name, connection }) => connection.transport === 'ssh' && !this.#prepared.has(name),
    );
    for (const { name } of left) this.#prepared.add(name);
    const kept = await Promise.all(left.map(async (host) => await this.#whyKept(host)));
    const own = left.filter((_, index) => kept[index] === undefined);
    if (own.length === 0) return [];
    const { prepare } = await import('./prepare.ts');
    return await prepare(own, await this.#ssh(), ask);
  }

  /** Opens a session, or rejects with a Failure, kind `unreachable`. */
  async connect(host: Host): Promise<Session> {
    const session = await this.#open(host);
    this.#sessions.add(session);
    const bytes = new HostBytes(this.#limits);
    const early = new Map<string, Promise<EarlyCommand>>();
    const run = async (command: string, options: ExecOptions) => {
      const isText = typeof options.stdin === 'string' && options.inWords !== true;
      const begun = isText ? early.get(command) : undefined;
      if (begun === undefined) return await session.exec(command, { ...options, bytes });
      early.delete(command);
      return await (await begun).run(options);
    };
    return {
      host,
      limits: this.#limits,
      exec: async (command, options = {}) =>
        await withinLimit(host.name, options, async (limited) => await run(command, limited)),
      expect: (command) =>
        void early.set(
          command,
          import('./early-command.ts').then((it) => new it.EarlyCommand(session, command, bytes)),
        ),
      [Symbol.asyncDispose]: async () => {
        this.#sessions.delete(session);
        await session[Symbol.asyncDispose]();
      },
    };
  }

  /** Says what a connection to a host goes by, hop for hop, and tries each of them. */
  async explain(host: Host): Promise<ExplainedConnection> {
    const { explain } = await import('./explain.ts');
    return await explain(host, await this.#ssh());
  }

  /** Ends the sessions that nobody has ended. */
  async close(): Promise<void> {
    const ends = [...this.#sessions].map((session) => session[Symbol.asyncDispose]());
    await Promise.all(ends);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** What makes a kind of session is loaded with the first one. */
  async #open(host: Host): Promise<Transport> {
    const { transport } = host.connection;
    if (transport === 'local') {
      const { LocalSession } = await import('./local-session.ts');
      return new LocalSession(host);
    }
    return await this.#handshakes.use(async () => {
      // Before rota's own client is loaded, which takes longer than such a host does.
      const kept = transport === 'ssh' ? await this.#whyKept(host) : undefined;
      if (transport === 'openssh' || kept !== undefined) {
        const { openOpenSsh } = await import('./open-openssh.ts');
        return await openOpenSsh(host, this.#config, kept);
      }
      const { openSession } = await import('./open-session.ts');
      return await openSession(host, await this.#ssh());
    });
  }

  /** Undefined where ssh_config keeps no connection with the host. */
  async #whyKept(host: Host): Promise<string | undefined> {
    const { hopTo } = await import('./hop.ts');
    // What is wrong with it is for its connection to tell.
    const hop = await orFailure(host.name, async () => await hopTo(host, this.#config));
    if (hop instanceof Failure || !hop.settings.words.has('controlpath')) return undefined;
    const { whyKept } = await import('./kept-connection.ts');
    return whyKept(hop.settings);
  }

  async #ssh(): Promise<SshClient> {
    this.#client ??= import('./ssh-client.ts').then(({ SshClient }) => new SshClient(this.#config));
    return await this.#client;
  }
}
