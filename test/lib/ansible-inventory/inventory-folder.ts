import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Failure, failuresOf } from '#engine/model/failure.ts';
import { type Inventory, loadInventory } from '#lib/ansible-inventory/load-inventory.ts';

/** Puts files into a folder of their own, which goes when the test ends. */
export async function folderOf(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rota-inventory-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

/** Loads `inventory.yaml` with this text, and other files beside it. */
export async function load(
  text: string | Buffer,
  files: Readonly<Record<string, string>> = {},
): Promise<Inventory> {
  const folder = await folderOf({ 'inventory.yaml': text, ...files });
  return loadInventory([join(folder, 'inventory.yaml')]);
}

/** What loading complains about, a line per failure, with paths relative to the folder. */
export async function complaints(
  text: string | Buffer,
  files: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const folder = await folderOf({ 'inventory.yaml': text, ...files });
  return complaintsAt(join(folder, 'inventory.yaml'), folder);
}

/** The same for many inventories, by the name of each. */
export async function complaintsByName(
  texts: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const entries = Object.entries(texts).map(
    async ([name, text]) => [name, await complaints(text)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

export async function complaintsAt(path: string, folder: string): Promise<readonly string[]> {
  try {
    await loadInventory([path]);
    return [];
  } catch (error) {
    return linesOf(failuresOf(error), folder);
  }
}

export function linesOf(failures: readonly Failure[], folder: string): readonly string[] {
  return failures.map(({ where, message, fix }) =>
    `${where}: ${message}. ${fix}`.replaceAll(`${folder}/`, ''),
  );
}

/** The variables of a host as plain data. */
export function variablesOf(inventory: Inventory, name: string): Record<string, unknown> {
  const host = inventory.hosts.find((each) => each.name === name);
  return Object.fromEntries([...(host?.variables ?? [])].map(([key, { value }]) => [key, value]));
}
