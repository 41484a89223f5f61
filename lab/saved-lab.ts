import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { $ } from 'zx/core';
import { done } from './done.ts';

/** What is saved of a lab. */
interface SavableLab {
  readonly dir: string;
  readonly registryStorage: string;
  upper(node: string): string;
  containers(node: string): string;
}

/** What of the lab's own folder is another lab's too: whoever knows the one knows the other. */
const SHARED = [
  ...['id', 'id.pub', 'nodes', 'known_hosts', 'tls', 'registry', 'keepalived'],
  'compiled', // The stand-ins, as their nodes' Node has compiled them: most of the time of their start.
];

/** Of a saved lab: what it has of its folder, its registry, and its nodes, a folder each. */
const FILES = 'files';
const REGISTRY = 'registry';
const NODES = 'nodes';

/**
 * Saves a lab of full nodes to a new folder, from which others can start: keys, certificates, what is
 * in the registry, and the disks and images of those nodes. They must be off, as a disk that changes
 * cannot be copied; a node that is not saved is a new one there.
 */
export async function saveLab(
  lab: SavableLab,
  folder: string,
  nodes: readonly string[],
): Promise<void> {
  for (const part of [FILES, NODES]) mkdirSync(join(folder, part), { recursive: true });
  for (const name of SHARED) cpSync(join(lab.dir, name), join(folder, FILES, name), RECURSIVE);
  await copy(lab.registryStorage, join(folder, REGISTRY));
  for (const name of nodes) {
    const to = join(folder, NODES, name);
    mkdirSync(to);
    await copy(lab.upper(name), join(to, 'upper'));
    await copy(lab.containers(name), join(to, 'containers'));
  }
}

/** Gives a lab's folder the files of a saved one. */
export function restoreFiles(from: string, dir: string): void {
  cpSync(join(from, FILES), dir, RECURSIVE);
}

/** The images that a saved lab has in its registry. */
export function savedRegistry(from: string): string {
  return join(from, REGISTRY);
}

/** Where a saved lab has a node's disk and images; '' for a node that it has not. */
export function savedNode(from: string, node: string): string {
  const folder = join(from, NODES, node);
  return existsSync(folder) ? folder : '';
}

const RECURSIVE = { recursive: true };

/** With cp(1): whiteouts are devices, and folders over one have an attribute that tells it. */
async function copy(from: string, to: string): Promise<void> {
  await done('A lab could not be saved', $`cp -a ${from} ${to}`);
}
