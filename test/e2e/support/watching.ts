import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Continuity } from '#engine/model/rollout.ts';
import type { TestLab } from './test-lab.ts';

/** What a watch has seen since its mark. */
export interface Seen {
  readonly vips: readonly Continuity[];
  readonly ended: readonly string[];
}

/** A watch of a lab's ring, in a process of its own, since only the lab's network reaches its nodes. */
export class Watching implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  static async start({ lab }: TestLab, inventory: string): Promise<Watching> {
    const [nsenter = '', ...prefix] = lab.prefix('control');
    const program = ['test/e2e/support/watch-program.ts', inventory];
    const stdio = ['pipe', 'pipe', 'inherit'] as const;
    const watching = new Watching(
      spawn(nsenter, [...prefix, process.execPath, ...program], { stdio: [...stdio] }),
    );
    await watching.#answer();
    return watching;
  }

  private constructor(child: ChildProcess) {
    this.#child = child;
    if (child.stdout === null) throw new Error('its stdout is a pipe');
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  /** From now on. */
  async mark(): Promise<void> {
    this.#child.stdin?.write('mark\n');
    await this.#answer();
  }

  async seen(): Promise<Seen> {
    this.#child.stdin?.write('report\n');
    return JSON.parse(await this.#answer()) as Seen;
  }

  /** As the kernel ends it, without a word to the nodes. */
  async kill(): Promise<void> {
    await this.#end(() => this.#child.kill('SIGKILL'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end(() => this.#child.stdin?.end());
  }

  async #end(end: () => void): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const closed = once(this.#child, 'close');
    end();
    await closed;
  }

  async #answer(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error('The watch has ended by itself');
    return value;
  }
}
