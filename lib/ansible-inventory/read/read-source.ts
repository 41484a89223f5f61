import { startOf } from '#engine/model/host.ts';
import { Problems } from '../problems.ts';
import { concealInventory } from '../secrets/conceal.ts';
import { Vault } from '../secrets/vault.ts';
import { askAnsible } from './foreign/ansible-inventory.ts';
import { groupNamesIn } from './foreign/group-names.ts';
import { inventoryTreeOf } from './foreign/inventory-tree.ts';
import { isForeignText, pluginOf } from './foreign/is-foreign.ts';
import { type Findings, parseYaml } from './parse-yaml.ts';
import { readText } from './read-text.ts';
import { readTree } from './read-tree.ts';
import type { Tree } from './tree.ts';

/**
 * The groups of one file, as the tree of an inventory in YAML, which others than that are turned into
 * by ansible-inventory; `before` are those of earlier files. Undefined, with problems added, when it cannot be read.
 */
export async function readSource(
  file: string,
  before: readonly Tree[],
  findings: Findings,
): Promise<Tree | undefined> {
  const text = await readText(file, findings.problems);
  if (text === undefined) return undefined;
  if (isForeignText(file, text)) return await readForeign(file, before, findings);
  const tree = await readTree(file, findings, concealInventory);
  const plugin = tree && pluginOf(tree);
  if (plugin === undefined) return tree;
  if (!/(?:^|\.)constructed$/.test(plugin)) return await readForeign(file, before, findings);
  // Given it alone, Ansible would find nothing, and say so nowhere.
  const fix = `Write what it makes of all inventories into one: ansible-inventory -i … -i ${file} --list --export --yaml > hosts.yaml`;
  findings.problems.add('The plugin constructed needs the other inventories', startOf(file), fix);
  return undefined;
}

async function readForeign(
  file: string,
  before: readonly Tree[],
  { problems, vault = new Vault([]), onWait }: Findings,
): Promise<Tree | undefined> {
  const start = startOf(file);
  const known = [...new Set(before.flatMap(groupNamesIn))];
  const answer = await askAnsible(file, known, onWait);
  if ('fix' in answer) {
    problems.add('The inventory is not YAML, and Ansible did not read it', start, answer.fix);
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
