import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { quote } from '#engine/shell/quote.ts';
import type { Lab } from '#lab/lab.ts';
import { type LabOptions, startLab } from '#lab/start-lab.ts';
import { patient } from './patience.ts';
import { RESIDENT_ROTA, ResidentRota } from './resident-rota.ts';
import { inTurn, markDown } from './turn.ts';

const USERS_CACHE = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');

/** How a command of rota ended, with what it printed. */
export interface RotaOutput {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A lab of a test file's own, with an inventory for it and a way to run rota beside its nodes. */
export class TestLab {
  /** Ours alone: the lab, the inventories, and what rota keeps of runs. */
  readonly folder = mkdtempSync(join(inject('shared'), 'lab-'));
  #lab: Lab | undefined;
  #resident: ResidentRota | undefined;

  get lab(): Lab {
    if (this.#lab === undefined) throw new Error('The lab of this test file is not up');
    return this.#lab;
  }

  async up(options: Partial<LabOptions> = {}, when = inTurn<Lab>): Promise<void> {
    const dir = join(this.folder, 'lab');
    const begin = () => startLab({ dir, waits: 0.1, ...options });
    // Light nodes are up at once, and take next to nothing.
    this.#lab = options.light === true ? await begin() : await when(begin);
  }

  async down(): Promise<void> {
    this.#resident?.end();
    await this.#lab?.down();
    markDown();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** An inventory: the lab's, with replacements of text made in it. Gives its path. */
  inventory(...edits: readonly (readonly [string | RegExp, string])[]): string {
    // A health check as seldom as in production: curl and its TLS take a tenth of what a ring at rest does.
    // And as patient, nearly: on a busy machine an answer may take longer than a second.
    const calm = [['interval: 2', 'interval: 5'] as const, ['timeout: 1', 'timeout: 3'] as const];
    const original = readFileSync('inventory/lab.yaml', 'utf8').replaceAll(
      '.lab/',
      `${this.lab.dir}/`,
    );
    const text = [...calm, ...edits].reduce((before, [what, by]) => {
      const after = before.replace(what, by);
      if (after === before) throw new Error(`The inventory has no ${what}`);
      return after;
    }, original);
    const path = join(this.folder, `inventory-${inventories++}.yaml`);
    writeFileSync(path, patient(text));
    return path;
  }

  /** Starts rota in the lab's network. */
  start(...args: readonly string[]): ChildProcess {
    return this.startOf('.', ...args);
  }

  /** Starts the rota that is in a folder. */
  startOf(folder: string, ...args: readonly string[]): ChildProcess {
    return spawn(...this.#spawned(this.#words(args, folder)));
  }

  /** Starts rota on a terminal of its own, which stdin types on. */
  startOnTerminal(...args: readonly string[]): ChildProcess {
    const command = this.#words(args).map(quote).join(' ');
    // Not every $SHELL becomes its last command: one that waits for it would end at Ctrl-C by itself.
    return spawn(...this.#spawned(['script', '-qec', `exec ${command}`, '/dev/null']));
  }

  #words(args: readonly string[], folder = '.'): readonly string[] {
    const program = join(folder, 'bin/rota.cjs');
    return [...this.lab.prefix('control'), process.execPath, program, ...args];
  }

  #spawned([program = '', ...words]: readonly string[]): Readonly<Parameters<typeof spawn>> {
    const env = {
      ...process.env,
      // podman leaves what it has mounted there; the lab takes it along, however it ends.
      XDG_CACHE_HOME: join(this.lab.dir, 'cache'),
      XDG_STATE_HOME: join(this.folder, 'state'),
      // The user's own, as a user's runs have it: to compile a deploy takes longer than to run it.
      NODE_COMPILE_CACHE: join(USERS_CACHE, 'rota/compiled'),
      NO_COLOR: '1',
    };
    return [program, words, { env }];
  }

  /**
   * Runs rota in the lab's network, to its end. With full nodes one process does what is not done at
   * the same time: what only a process of its own can show is for light nodes, and for `start`.
   */
  async rota(...args: readonly string[]): Promise<RotaOutput> {
    if (this.lab.light || this.#resident?.isFree === false) return await ended(this.start(...args));
    const words = [...this.lab.prefix('control'), ...RESIDENT_ROTA];
    this.#resident ??= new ResidentRota(this.#spawned(words));
    return await this.#resident.run(args);
  }

  /** Deploys to all nodes at once, without a rollout's gates and watch: where a test is about other things. */
  async bringUp(inventory: string): Promise<void> {
    const run = await this.rota('run', 'test/e2e/playbooks/deploy-at-once.ts', inventory);
    if (run.status !== 0) throw new Error(`The ring did not come up:\n${run.stdout}${run.stderr}`);
  }
}

/** The last line of a run, which sums it up. */
export function summaryOf({ stdout }: RotaOutput): string | undefined {
  return stdout.trim().split('\n').at(-1);
}

/** Waits for a process, and gives what it printed. */
export async function ended(child: ChildProcess): Promise<RotaOutput> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  return await new Promise((resolve) => {
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
}

let inventories = 1;
