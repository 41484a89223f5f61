import { existsSync, lstatSync, realpathSync, statSync } from 'node:fs';
import { devNull } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type Command, CommanderError } from 'commander';
import { Failure } from '#engine/model/failure.ts';
import type { PlaybookName } from '../find-playbook.ts';
import type { InventoryRequest } from '../open-inventory.ts';
import { addConnection, type ConnectionFlags, connectionDefaults } from './connection.ts';
import { collect } from './values.ts';
import { addVaultFlags, type VaultFlags, vaultOf } from './vault.ts';

/** The flags of every command that reads an inventory, as commander gives them. */
export interface InventoryFlags extends ConnectionFlags, VaultFlags {
  readonly inventory?: readonly string[];
  readonly connectDebug?: string;
  readonly extraVars?: readonly string[];
}

/** Gives a command the inventory: an argument first of all, and the flags that go with it, with their defaults. */
export function addInventory(command: Command): Command {
  return addInventoryAlone(command.hook('preAction', takeOwnDefaults));
}

/** The same for a command that itself reads the file of defaults. */
export function addInventoryAlone(command: Command): Command {
  command.optionsGroup('Inventory and connections:');
  return addExtraVariables(addConnection(addVaultFlags(command)))
    .argument(
      '<inventory>',
      'an Ansible-style inventory, such as inventory/prod.yaml; rota.yaml beside it has defaults',
    )
    .option('-i, --inventory <path>', 'one more inventory, which wins; may be repeated', collect)
    .option('--connect-debug <host>', 'only say how that host is reached, and try it')
    .hook('preAction', debugInstead)
    .optionsGroup('Options:');
}

async function takeOwnDefaults(_: Command, command: Command): Promise<void> {
  if (isOfWorker()) return;
  await takeDefaultsBeside(inventoryOf(command), command);
}

/** Whether a worker of a queue has started this process: it gets all from whoever has begun the run. */
export function isOfWorker(): boolean {
  return process.env['ROTA_LEAVE'] === 'ipc' && process.send !== undefined;
}

function inventoryOf({ registeredArguments, processedArgs }: Command): string {
  return String(processedArgs[registeredArguments.findIndex((one) => one.name() === 'inventory')]);
}

/** Has a command take what its flags do not say from the file beside an inventory, where there is one. */
export async function takeDefaultsBeside(inventory: string, command: Command): Promise<void> {
  const path = defaultsBeside(inventory);
  if (path === undefined) return;
  const { takeDefaults } = await import('../defaults/take-defaults.ts');
  await takeDefaults(command, path);
}

/**
 * The file of defaults beside an inventory, in its own folder where it is one; undefined: there is none, or a
 * link to /dev/null says so. Throws a Failure for what has its name and is no file.
 */
export function defaultsBeside(inventory: string): string | undefined {
  const isFolder = existsSync(inventory) && statSync(inventory).isDirectory();
  const path = join(isFolder ? inventory : dirname(inventory), 'rota.yaml');
  if (resolve(path) === resolve(inventory)) return undefined;
  if (existsSync(path) && statSync(path).isFile()) return path;
  if (!isNamed(path) || (existsSync(path) && realpathSync(path) === devNull)) return undefined;
  throw new Failure('The file of defaults is no file', {
    where: path,
    fix: 'Make it one, or rename what is there: a folder, a pipe, or a link that leads to no file.',
  });
}

/** Also where a link leads nowhere. */
function isNamed(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // What is wrong with the folder, the inventory in it will tell.
    return false;
  }
}

/** With --connect-debug a command does nothing else, whatever it is. */
async function debugInstead(_: Command, command: Command): Promise<void> {
  const flags: InventoryFlags = command.opts();
  if (flags.connectDebug === undefined) return;
  const { debugConnection } = await import('../connect-debug.ts');
  const request = requestOf(inventoryOf(command), flags);
  const exitCode = await debugConnection(request, flags.connectDebug);
  throw new CommanderError(exitCode, 'connect-debug', 'The command itself is not wanted');
}

/** Gives a command `-e`, for variables of the command line. */
export function addExtraVariables(command: Command): Command {
  return command.option(
    '-e, --extra-vars <variables>',
    'variables that win over all others: name=value, JSON, or @FILE; may be repeated',
    collect,
  );
}

export function requestOf(inventory: string, flags: InventoryFlags): InventoryRequest {
  return {
    sources: [inventory, ...(flags.inventory ?? [])],
    extra: flags.extraVars ?? [],
    defaults: connectionDefaults(flags),
    vault: vaultOf(flags),
  };
}

/** Which playbook is looked at, as commander gives it. */
export interface PlaybookFlags {
  readonly playbook?: string;
}

/** Gives a command that runs nothing --playbook: its argument is the inventory. */
export function addPlaybook(
  command: Command,
  text = 'a playbook of your own; that of deploy, when left out',
): Command {
  return command.option('--playbook <file>', text);
}

/** The playbook of --playbook, else that of deploy. */
export function playbookNamed({ playbook: path }: PlaybookFlags): PlaybookName {
  return path === undefined ? { command: 'deploy' } : { command: 'run', path };
}
