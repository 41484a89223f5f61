import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { RotaOutput } from './test-lab.ts';

/** What starts the process of one. */
export const RESIDENT_ROTA = [
  process.execPath,
  ...['--require', './bin/modules.cjs', 'test/e2e/support/rota-program.ts'],
];

/**
 * One process that runs command lines of rota, one at a time: to start and load it for each takes as
 * much processor as the run of a short one.
 */
export class ResidentRota {
  readonly #child: ChildProcess;
  #isBusy = false;

  constructor([program, words, options]: Readonly<Parameters<typeof spawn>>) {
    this.#child = spawn(program, words, { ...options, stdio: ['pipe', 'pipe', 'pipe', 'ipc'] });
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.setEncoding('utf8');
  }

  /** Whether it can be told to run something. */
  get isFree(): boolean {
    return !this.#isBusy && this.#child.connected;
  }

  async run(argv: readonly string[]): Promise<RotaOutput> {
    this.#isBusy = true;
    const { stdout, stderr } = this.#child;
    const said = Promise.all([untilEnd(stdout), untilEnd(stderr)]);
    this.#child.send(argv);
    const [out, err] = await said;
    this.#isBusy = false;
    return { status: out.status, stdout: out.text, stderr: err.text };
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }
}

/** What a stream says of one command, up to where it says that this is all; or up to its end. */
async function untilEnd(stream: Readable | null) {
  let text = '';
  for await (const chunk of stream?.iterator({ destroyOnReturn: false }) ?? []) {
    text += chunk;
    const [end, status] = /\0(\d+)\0$/.exec(text.slice(-8)) ?? [];
    if (end !== undefined) return { text: text.slice(0, -end.length), status: Number(status) };
  }
  return { text, status: null };
}
