import { extname, join } from 'node:path';
import { startOf } from '#engine/model/host.ts';
import { Problems } from '../problems.ts';
import { concealInventory } from '../secrets/conceal.ts';
import { isVaultText, Vault } from '../secrets/vault.ts';
import { textOfFile } from './files.ts';
import { askAnsible, inventoryTreeOf } from './foreign.ts';
import { type Findings, parseYaml } from './parse-yaml.ts';
import { readTree } from './read-tree.ts';
import type { Tree } from './tree.ts';

/** A file of an inventory, by itself or with all others of the folder that the user named. */
export interface SourceFile {
  readonly file: string;
  readonly folder?: string;
}

/**
 * The groups of one file, as the tree of an inventory in YAML, which others than that are turned into
 * by ansible-inventory; `before` are those of earlier files. Undefined, with problems added, when it cannot be read.
 */
export async function readSource(
  source: SourceFile,
  before: readonly Tree[],
  findings: Findings,
): Promise<Tree | undefined> {
  const { file } = source;
  const text = await textOfFile(file, findings.problems);
  if (text === undefined) return undefined;
  if (isForeignText(file, text))
    return await readForeign(saysWhatItIs(text) ? { file } : source, before, findings);
  const tree = await readTree(file, findings, concealInventory);
  const plugin = tree && pluginOf(tree);
  if (plugin === undefined) return tree;
  if (!/(?:^|\.)constructed$/.test(plugin)) return await readForeign({ file }, before, findings);
  // Given it alone, Ansible would find nothing, and say so nowhere.
  const fix = `Write what it makes of all inventories into one: ansible-inventory -i … -i ${file} --list --export --yaml > hosts.yaml`;
  findings.problems.add('The plugin constructed needs the other inventories', startOf(file), fix);
  return undefined;
}

async function readForeign(
  { file, folder }: SourceFile,
  before: readonly Tree[],
  { problems, vault = new Vault([]), onWait }: Findings,
): Promise<Tree | undefined> {
  const start = startOf(file);
  const known = [...new Set(before.flatMap(groupNamesIn))];
  const answer = await askAnsible(file, known, onWait);
  if ('fix' in answer) {
    const fix = folder === undefined ? answer.fix : fixInFolder(folder);
    problems.add('The inventory is not YAML, and Ansible did not read it', start, fix);
    return undefined;
  }
  const nowhere = { problems: new Problems(), warnings: new Problems() };
  const list = parseYaml(answer.json, file, nowhere);
  if (list?.kind !== 'mapping') {
    const fix = `See what it prints: ansible-inventory -i ${file} --list`;
    problems.add('What ansible-inventory printed is no list of hosts', start, fix);
    return undefined;
  }
  // Ansible does not tell on which line it found what.
  return inventoryTreeOf(list, { origin: { file, line: 0, column: 0 }, vault });
}

/** What does not look like an inventory is more often something that only lies there, such as a password. */
function fixInFolder(folder: string): string {
  const file = join(folder, 'hosts.yaml');
  return `Every file in ${folder} is taken for an inventory: name the one that is, such as ${file}, or move this one out.`;
}

/** The names of all groups of an inventory in YAML, those of children too. */
function groupNamesIn(tree: Tree): readonly string[] {
  if (tree.kind !== 'mapping') return [];
  return [...tree.entries].flatMap(([name, { tree: group }]) => {
    const children = group.kind === 'mapping' ? group.entries.get('children')?.tree : undefined;
    return [name, ...(children === undefined ? [] : groupNamesIn(children))];
  });
}

const YAML = ['.yaml', '.yml', '.json'];

/** Whether only Ansible itself can read an inventory: a program, or one in INI or TOML. */
export function isForeignText(file: string, text: string): boolean {
  if (isVaultText(text)) return false;
  if (text.startsWith('#!')) return true;
  const extension = extname(file);
  if (extension !== '' && !YAML.includes(extension)) return true;
  const first = firstLineOf(text);
  // Ansible looks for INI in files of any name; a section cannot be the start of an inventory in YAML.
  if (SECTION.test(first)) return true;
  return extension === '' && first !== '' && !mayStartYaml(first);
}

const SECTION = /^\[[^\]]+\]\s*(?:[#;].*)?$/;

/** Whether it is a program, or INI or TOML by its first line. */
function saysWhatItIs(text: string): boolean {
  return text.startsWith('#!') || SECTION.test(firstLineOf(text));
}

/** Which of Ansible's plugins a file configures, to find the hosts; undefined for an inventory. */
function pluginOf(tree: Tree): string | undefined {
  const plugin = tree.kind === 'mapping' ? tree.entries.get('plugin')?.tree : undefined;
  if (plugin === undefined) return undefined;
  return plugin.kind === 'leaf' ? String(plugin.value) : '';
}

function firstLineOf(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.find((line) => line !== '' && !/^[#;]/.test(line)) ?? '';
}

/** An inventory is a mapping, and begins with a key or with what may stand before one. */
function mayStartYaml(line: string): boolean {
  return /:(?:\s|$)|^(?:---|[%{?&!-])/.test(line);
}
