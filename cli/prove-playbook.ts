import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure, Failures, failuresOf } from '#engine/model/failure.ts';
import { INTERRUPTED_EXIT_CODE } from '#engine/report/exit-code.ts';
import { toJson } from '#engine/report/json.ts';
import { paintFor } from '#engine/report/paint.ts';
import { countOf } from '#engine/report/words.ts';
import { obstacle } from '#lab/preflight.ts';
import { startLab } from '#lab/start-lab.ts';
import type { DeskPlace } from '#prove/desk.ts';
import { junitOfProof } from '#prove/junit.ts';
import type { Judgement } from '#prove/promises.ts';
import { exitCodeOfProof, formatJudgement, formatProof } from '#prove/report.ts';
import { findPlaybook, folderOfPlaybook } from './find-playbook.ts';
import { type InventoryFlags, requestOf } from './flags/inventory.ts';
import { stopOnInterrupt } from './interrupt.ts';
import { type Loaded, load } from './load.ts';
import { print, printWarnings } from './print.ts';
import { nodesFor, proveIn } from './prove-in.ts';
import { inventoryFor } from './prove-inventory.ts';
import { replaceText } from './text-files.ts';
import { refuseReport } from './write-reports.ts';

/** The flags of prove, as commander gives them. */
export interface ProveFlags extends InventoryFlags {
  readonly kills: number;
  readonly seed?: number;
  readonly root?: string;
  readonly json?: boolean;
  readonly junit?: string;
  /** Says that this process makes the runs of another. */
  readonly desk?: DeskPlace;
}

/** Tries what a playbook promises on disposable hosts, and gives the exit code. */
export async function provePlaybook(
  path: string,
  inventory: string | undefined,
  flags: ProveFlags,
): Promise<number> {
  if (flags.desk !== undefined) {
    const { serveDesk } = await import('./serve-desk.ts');
    return await serveDesk(await loadFor(path, inventory, flags), flags.desk);
  }
  if (flags.junit !== undefined) refuseReport(flags.junit);
  const problem = await obstacle();
  if (problem !== undefined) throw problem;
  const folder = await mkdtemp(join(tmpdir(), 'rota-prove-'));
  try {
    const made = inventory === undefined ? await makeInventory(path, folder) : [];
    const loaded = await loadFor(path, inventory ?? made[0], flags).catch((error: unknown) => {
      throw inventory === undefined ? withoutInventory(error) : error;
    });
    printWarnings([...loaded.warnings, ...leftOut(loaded)]);
    return await proveLoaded(loaded, { folder, words: [...process.argv.slice(2), ...made], flags });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeInventory(path: string, folder: string): Promise<readonly string[]> {
  return [await inventoryFor(await findPlaybook({ command: 'run', path }), folder)];
}

/** What is wrong with hosts that have no inventory: they lack variables. */
function withoutInventory(error: unknown): Failures {
  const fix = 'Give it with -e NAME=VALUE, or name an inventory that has it.';
  const where = 'the hosts that prove makes';
  return new Failures(failuresOf(error).map(({ message }) => new Failure(message, { where, fix })));
}

async function loadFor(path: string, inventory: string | undefined, flags: ProveFlags) {
  const name = { command: 'run', path } as const;
  const request = {
    ...requestOf(String(inventory), flags),
    playbookFolder: folderOfPlaybook(name),
  };
  return await load(await findPlaybook(name), request);
}

interface Proving {
  /** Goes when all is over. */
  readonly folder: string;
  readonly words: readonly string[];
  readonly flags: ProveFlags;
}

async function proveLoaded<V>(loaded: Loaded<V>, proving: Proving): Promise<number> {
  const { folder, words, flags } = proving;
  const { kills, seed = randomInt(1, 1_000_000), root, json = false } = flags;
  const signal = stopOnInterrupt();
  const nodes = nodesFor(loaded);
  const paint = paintFor(process.stdout);
  if (!json) print(headOf(loaded, kills, seed));
  try {
    const dir = join(folder, 'lab');
    await using lab = await startLab({ dir, root, signal, ...DISPOSABLE, nodes: nodes.length });
    const onJudged = json ? () => {} : (one: Judgement) => print(formatJudgement(one, paint));
    const proof = await proveIn({ lab, loaded, words, kills, seed, signal, onJudged });
    print(json ? toJson(proof) : `\n${formatProof(proof)}`);
    if (flags.junit !== undefined) await replaceText(flags.junit, junitOfProof(proof), 0o666);
    return exitCodeOfProof(proof);
  } catch (error) {
    if (signal.aborted) return INTERRUPTED_EXIT_CODE;
    throw error;
  }
}

const DISPOSABLE = { light: true, sealed: true };

function headOf<V>({ playbook, members }: Loaded<V>, kills: number, seed: number): string {
  const names = members.map(({ host }) => host.name).join(', ');
  return `prove ${playbook.name} on disposable hosts (${names}): ${countOf(kills, 'kill')}, seed ${seed}\n`;
}

/** A script runs on this machine, where nothing is to be changed. */
function leftOut<V>({ playbook }: Loaded<V>): readonly Failure[] {
  if (playbook.script === undefined) return [];
  const fix = 'Its tasks are. What it does on hosts may go into tasks, with run and unless.';
  return [new Failure('The script of the playbook is not tried', { where: playbook.name, fix })];
}
