import { type Findings, parseYaml } from './parse-yaml.ts';
import { readText } from './read-text.ts';
import { readVaultFile } from './secrets/read-vault-file.ts';
import { isVaultText } from './secrets/vault.ts';
import type { Tree } from './tree.ts';

/**
 * What a file of the inventory says; undefined, with problems added, when it cannot be read. A whole
 * file that is encrypted is put through `conceal`.
 */
export async function readTree(
  file: string,
  findings: Findings,
  conceal: (tree: Tree) => Tree,
): Promise<Tree | undefined> {
  const text = await readText(file, findings.problems);
  if (text === undefined) return undefined;
  if (!isVaultText(text)) return parseYaml(text, file, findings);
  const tree = readVaultFile(text, file, findings);
  return tree && conceal(tree);
}
