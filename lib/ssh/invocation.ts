import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '#engine/model/failure.ts';
import type { Become, Host } from '#engine/model/host.ts';
import type { ExecOptions, Exit, Session } from '#engine/model/session.ts';
import { becomeFailure } from './become-failure.ts';
import { becomeCommand, promptOf, typed } from './command-words.ts';
import type { HostBytes } from './kept.ts';
import { PasswordTalk } from './password-talk.ts';
import { Start } from './start.ts';
import { lateStart, noStart, type StartLimit } from './start-failure.ts';

/** How long a host may take to end a process of ours. */
const KILL_MS = 2000;

/** What a transport heeds beside what a session does. */
export interface TransportOptions extends ExecOptions {
  /** Called with stderr as it comes. */
  onStderr?(chunk: Buffer): void;
  /** What may be kept of its output; as much as usual, when left out. */
  readonly bytes?: HostBytes;
}

/** A session as it is made, before it knows of limits, and of commands that begin before their time. */
export interface Transport extends Omit<Session, 'limits' | 'exec' | 'expect'> {
  exec(command: string, options?: TransportOptions): Promise<Exit>;
}

/** Who runs a command, where, and how it is spoken to. */
export interface Typist {
  readonly host: Host;
  /** Who has logged in. */
  readonly user: string;
  /** Whether a login shell comes before the command. */
  readonly isRemote: boolean;
  /** Within this a command begins. */
  readonly limit: StartLimit;
  /** Runs a command as the one who has logged in, out of turn. */
  tell(command: string): Promise<unknown>;
}

/** A command that has ended. */
interface Ended {
  readonly status: number | null;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/** A command as a transport is to run it: with what leads to it, and without what that says. */
export class Invocation implements Disposable {
  readonly command: string;
  readonly options: TransportOptions;
  readonly #typist: Typist;
  readonly #become: Become | undefined;
  /** Undefined where nothing leads to the command. */
  readonly #start: Start | undefined;
  readonly #talk: PasswordTalk | undefined;
  readonly #late = new AbortController();
  readonly #stdin: ExecOptions['stdin'];
  #timer: NodeJS.Timeout | undefined;
  #tooLate: Failure | undefined;

  constructor(typist: Typist, command: string, options: TransportOptions) {
    const { become } = typist.host.connection;
    this.#typist = typist;
    this.#become = become?.user === typist.user ? undefined : become;
    this.#stdin = options.stdin;
    this.#start = this.#become || typist.isRemote ? new Start() : undefined;
    this.#talk = this.#start && this.#talkWith(this.#start);
    this.command = this.#start === undefined ? command : this.#wordsFor(this.#start, command);
    this.options = this.#start === undefined ? options : this.#watched(this.#start, options);
  }

  /** Whether the command itself runs, as far as that is known. */
  get hasBegun(): boolean {
    return this.#start === undefined || this.#start.stage === 'begun';
  }

  /** To be called when its words are sent: from then on the time counts. */
  sent(): void {
    const start = this.#start;
    if (start === undefined || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => void this.#giveUp(start), this.#typist.limit.ms);
  }

  /** What the command itself wrote. Throws a Failure if it was not even started. */
  ownOf({ status, stdout, stderr }: Ended): { readonly stdout: Buffer; readonly stderr: Buffer } {
    const start = this.#start;
    if (start === undefined) return { stdout, stderr };
    if (start.stage === 'begun') {
      return { stdout: start.ownOf(stdout), stderr: start.ownOf(stderr) };
    }
    if (this.#tooLate !== undefined) throw this.#tooLate;
    const { host, user } = this.#typist;
    const outcome = { where: host.name, user, status, said: start.heard };
    if (this.#become === undefined || start.stage === 'sent') throw noStart(outcome);
    const isWrong = this.#talk?.isWrong === true;
    throw becomeFailure({ ...outcome, become: this.#become, isWrong });
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    if (this.#stdin instanceof Readable) this.#stdin.destroy();
  }

  #wordsFor(start: Start, command: string): string {
    const script = start.commandMark + command;
    if (this.#become === undefined) return typed(script);
    return typed(start.loginMark + becomeCommand(this.#become, script, start.prompt));
  }

  #talkWith(start: Start): PasswordTalk | undefined {
    const become = this.#become;
    const prompt = become && promptOf(become, start.prompt);
    if (become?.password === undefined || prompt === undefined) return undefined;
    if (/[\n\r\0]/.test(become.password.reveal())) throw untypable(this.#typist.host.name);
    const { password } = become;
    const giveUp = async (pid: number) => await this.#kill(pid);
    return new PasswordTalk({ start, prompt, password, stdin: this.#stdin, giveUp });
  }

  async #giveUp(start: Start): Promise<void> {
    const { host, limit } = this.#typist;
    const { stage, heard: said, pid } = start;
    const method = this.#become?.method;
    this.#tooLate = lateStart({ where: host.name, stage, method, said, limit });
    if (pid !== undefined) await this.#kill(pid);
    this.#late.abort(this.#tooLate);
  }

  /** Ends what becomes another user, where it is still the login user's to end. */
  async #kill(pid: number): Promise<void> {
    const told = this.#typist.tell(`kill -s KILL ${pid}`).catch(() => {});
    await Promise.race([told, delay(KILL_MS, undefined, { ref: false })]);
  }

  #watched(start: Start, { stdin, onStdout, signal }: TransportOptions): TransportOptions {
    const late = this.#late.signal;
    const input = this.#talk?.input ?? stdin;
    const own = onStdout && start.reader(onStdout.bind(undefined));
    return {
      signal: signal === undefined ? late : AbortSignal.any([signal, late]),
      ...(input === undefined ? {} : { stdin: input }),
      onStdout: (chunk) => {
        this.#see(start, 'stdout', chunk);
        own?.(chunk);
      },
      onStderr: (chunk) => this.#see(start, 'stderr', chunk),
    };
  }

  #see(start: Start, stream: 'stdout' | 'stderr', chunk: Buffer): void {
    if (start.stage === 'begun') return;
    start.see(stream, chunk);
    if (this.hasBegun) clearTimeout(this.#timer);
    this.#talk?.heed();
  }
}

function untypable(where: string): Failure {
  return new Failure('The password to become another user holds a line end', {
    where,
    fix: 'Correct ansible_become_password: a password is one line.',
  });
}
