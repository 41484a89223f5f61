import { Failure } from '#engine/model/failure.ts';
import type { Host } from '#engine/model/host.ts';
import { listOf } from '#engine/model/suggest.ts';
import {
  type ConnectionDefaults,
  type Inventory,
  loadInventory,
  type Selection,
  selectHosts,
  splitPattern,
  type Vault,
} from '#lib/ansible-inventory/index.ts';
import { printWait } from './print.ts';
import { tellMeanwhile } from './streams.ts';
import { readText } from './text-files.ts';

/** Where the hosts and their variables come from. */
export interface InventoryRequest {
  /** Files and folders: each one wins over those before it. */
  readonly sources: readonly string[];
  /** Variables that win over all others, each text as `-e` takes it. */
  readonly extra?: readonly string[];
  /** Where a playbook of the user's own is: its `group_vars` and `host_vars` count too. */
  readonly playbookFolder?: string | undefined;
  /** What the flags say about connections; it may ask for a password, once. */
  readonly defaults?: (() => Promise<ConnectionDefaults>) | undefined;
  /** What opens the encrypted parts; it may ask for passwords, once. */
  readonly vault?: (() => Promise<Vault>) | undefined;
}

/** Reads the inventory of a command line. Throws Failures with all that is wrong. */
export async function openInventory(request: InventoryRequest): Promise<Inventory> {
  const [defaults, vault] = [await request.defaults?.(), await request.vault?.()];
  tellMeanwhile(`reading ${request.sources.join(', ')}`);
  return await loadInventory(request.sources, {
    extra: request.extra,
    playbookFolder: request.playbookFolder,
    defaults,
    vault,
    onWait: printWait,
  });
}

/**
 * Those of `hosts` that a pattern leaves; all without one. An atom @FILE stands for the lines of a
 * file, each an atom. Throws Failures when an atom names nothing, or none is left.
 */
export async function limitTo(
  inventory: Inventory,
  hosts: readonly Host[],
  limit: string | undefined,
): Promise<Selection> {
  if (limit === undefined) return { hosts, warnings: [] };
  const atoms = splitPattern(inventory, limit).map(async (atom) =>
    atom.startsWith('@') ? await atomsInFile(atom.slice(1)) : [atom],
  );
  const selection = selectHosts(inventory, limit, (await Promise.all(atoms)).flat());
  const limited = new Set(selection.hosts);
  const left = hosts.filter((host) => limited.has(host));
  if (left.length === 0) throw noHostLeft(limit, hosts);
  return { hosts: left, warnings: selection.warnings };
}

/** One a line, with comments from `#` on. */
async function atomsInFile(path: string): Promise<readonly string[]> {
  const text = await readText(path);
  if (text === undefined)
    throw new Failure('The file of --limit is not there', {
      where: path,
      fix: 'Check its path. A run that went well leaves no retry file: then there is nothing to retry.',
    });
  const atoms = text
    .split(/\r?\n/)
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
  if (atoms.length > 0) return atoms;
  throw new Failure('The file of --limit names no host', {
    where: path,
    fix: 'Write one name a line, or leave --limit out for all hosts.',
  });
}

function noHostLeft(limit: string, hosts: readonly Host[]): Failure {
  return new Failure('--limit leaves no host', {
    ran: `--limit ${limit}`,
    fix: `Use some of: ${listOf(
      hosts.map(({ name }) => name),
      10,
    )}`,
  });
}
