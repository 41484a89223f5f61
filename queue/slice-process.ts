import { type ChildProcess, fork } from 'node:child_process';

interface Spawned {
  readonly words: readonly string[];
  readonly folder: string;
  onOutput(piece: Buffer): void;
  /** The run in it wants to change one more ring. */
  mayChange(): Promise<boolean>;
  /** It is done with a ring. */
  overWithRing(): void;
}

/** A process of this rota that runs one slice: what it needs of memory goes with it. */
export class SliceProcess {
  readonly #child: ChildProcess;
  /** Its exit code, or the signal that has ended it. */
  readonly ended: Promise<string>;
  #isStopped = false;

  constructor({ words, folder, onOutput, mayChange, overWithRing }: Spawned) {
    this.#child = fork(process.argv[1] ?? '', words, {
      cwd: folder,
      env: { ...process.env, ROTA_LEAVE: 'ipc' },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      // Ctrl-C is for the worker, who ends it.
      detached: true,
    });
    this.#child.stdout?.on('data', onOutput);
    this.#child.on('message', (what) => {
      if (what === 'over') overWithRing();
      else void this.#ask(mayChange);
    });
    this.ended = new Promise((resolve) => {
      this.#child.on('error', ({ message }) => this.#child.pid ?? resolve(message));
      this.#child.on('close', (code, signal) => resolve(String(code ?? signal)));
    });
  }

  /** What runs is finished or undone: a second signal would cut that short. */
  stop(): void {
    if (!this.#isStopped) this.#child.kill('SIGTERM');
    this.#isStopped = true;
  }

  async #ask(mayChange: () => Promise<boolean>): Promise<void> {
    const isGiven = await mayChange();
    if (this.#child.connected) this.#child.send(isGiven);
  }
}
