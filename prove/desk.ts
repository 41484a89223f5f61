import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '#engine/model/failure.ts';

/** One run that is asked for. */
export interface Experiment {
  readonly mode: 'dry-run' | 'apply';
  /** All is done in one step whose gate fails, so that it is undone. */
  readonly undone: boolean;
  /** The titles of tasks that are left out. */
  readonly without: readonly string[];
}

/** Where the runs of a desk take place: each host of the playbook is a node of this lab. */
export interface DeskPlace {
  /** The folder with the lab's keys. */
  readonly dir: string;
  /** By host; `localhost` stands for the control machine. */
  readonly addresses: Readonly<Record<string, string>>;
}

/** What a desk says beside the events of its runs. */
export type DeskEvent =
  | {
      readonly type: 'taskPaths';
      readonly host: string;
      readonly task: string;
      /** That it asks for, or writes. */
      readonly paths: readonly string[];
      /** Whether what it does has a secret in it. */
      readonly isSecret: boolean;
    }
  | { readonly type: 'experimentEnded'; readonly status: number };

/** A line that came from a desk. */
export interface DeskLine {
  readonly text: string;
  /** Since the run was asked for. */
  readonly atMs: number;
}

/** What came of a run. */
export interface Course {
  /** The exit code that rota would have had; undefined: it was killed. */
  readonly status: number | undefined;
  readonly lines: readonly DeskLine[];
}

/** When a run is killed: so long after it has said so many lines. */
export interface KillMoment {
  readonly lines: number;
  readonly delayMs: number;
}

/** A rota that makes runs in a lab, one after the other, and can be killed in one. */
export class Desk implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  #errors = '';
  #isKilled = false;
  #onLine: (text: string) => void = () => {};

  /** `words` start it: in the lab's network, from which nothing else can be reached. */
  constructor([program = '', ...words]: readonly string[]) {
    this.#child = spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#closed = once(this.#child, 'close');
    const { stdin, stdout, stderr } = this.#child;
    stdin?.on('error', () => {}); // One that has ended reads no more.
    stderr?.on('data', (chunk) => {
      this.#errors = `${this.#errors}${chunk}`.slice(-20_000);
    });
    if (stdout) createInterface({ input: stdout }).on('line', (text) => this.#onLine(text));
  }

  /** What it has said to stderr so far. */
  get errors(): string {
    return this.#errors;
  }

  async run(experiment: Experiment, kill?: KillMoment): Promise<Course> {
    const startedAt = performance.now();
    const lines: DeskLine[] = [];
    const { promise: ended, resolve } = Promise.withResolvers<number>();
    this.#onLine = (text) => {
      const atMs = performance.now() - startedAt;
      const event = JSON.parse(text) as DeskEvent;
      if (event.type === 'experimentEnded') return resolve(event.status);
      lines.push({ text, atMs });
      if (lines.length === kill?.lines) void this.#killAfter(kill.delayMs);
    };
    this.#child.stdin?.write(`${JSON.stringify(experiment)}\n`);
    const status = await Promise.race([ended, this.#closed.then(() => undefined)]);
    if (status === undefined && !this.#isKilled) throw this.#died();
    return { status, lines };
  }

  async #killAfter(ms: number): Promise<void> {
    await delay(ms);
    this.#isKilled = true;
    this.#child.kill('SIGKILL');
  }

  #died(): Failure {
    return new Failure('The runs have ended by themselves', {
      where: 'prove',
      output: this.#errors,
      fix: 'Mend what is said above; rota run shows it again.',
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#closed;
  }
}
