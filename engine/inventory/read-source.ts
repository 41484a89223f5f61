import { startOf } from './files-below.ts';
import { askAnsible } from './foreign/ansible-inventory.ts';
import { inventoryTreeOf } from './foreign/inventory-tree.ts';
import { isForeignText, isPluginTree } from './foreign/is-foreign.ts';
import { type Findings, parseYaml } from './parse-yaml.ts';
import { Problems } from './problems.ts';
import { readText } from './read-text.ts';
import { readTree } from './read-tree.ts';
import { concealInventory } from './secrets/conceal.ts';
import { Vault } from './secrets/vault.ts';
import type { Tree } from './tree.ts';

/**
 * The groups of one file, as the tree of an inventory in YAML, which others than that are turned into
 * by ansible-inventory. Undefined, with problems added, when it cannot be read.
 */
export async function readSource(file: string, findings: Findings): Promise<Tree | undefined> {
  const text = await readText(file, findings.problems);
  if (text === undefined) return undefined;
  if (isForeignText(file, text)) return await readForeign(file, findings);
  const tree = await readTree(file, findings, concealInventory);
  return tree !== undefined && isPluginTree(tree) ? await readForeign(file, findings) : tree;
}

async function readForeign(file: string, { problems, vault }: Findings): Promise<Tree | undefined> {
  const origin = startOf(file);
  const answer = await askAnsible(file);
  if ('fix' in answer) {
    problems.add('The inventory is not YAML, and Ansible did not read it', origin, answer.fix);
    return undefined;
  }
  const nowhere = { problems: new Problems(), warnings: new Problems() };
  const list = parseYaml(answer.json, file, nowhere);
  if (list?.kind !== 'mapping') {
    const fix = `See what it prints: ansible-inventory -i ${file} --list`;
    problems.add('What ansible-inventory printed is no list of hosts', origin, fix);
    return undefined;
  }
  return inventoryTreeOf(list, { origin, vault: vault ?? new Vault([]) });
}
