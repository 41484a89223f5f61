import { readVaultFile } from '../secrets/read-vault-file.ts';
import { sopsBlockIn } from '../secrets/sops/sops-block.ts';
import { isVaultText } from '../secrets/vault.ts';
import { Unresolved } from '../unresolved.ts';
import { buildTree } from './build-tree.ts';
import { type Findings, type ParsedText, parseText } from './parse-yaml.ts';
import { readText } from './read-text.ts';
import type { Tree } from './tree.ts';

/**
 * What a file of the inventory says; undefined, with problems added, when it cannot be read. A whole
 * file that is encrypted is put through `conceal`; one of SOPS says itself what was encrypted.
 */
export async function readTree(
  file: string,
  findings: Findings,
  conceal: (tree: Tree) => Tree,
): Promise<Tree | undefined> {
  const text = await readText(file, findings.problems);
  if (text === undefined) return undefined;
  if (isVaultText(text)) {
    const tree = readVaultFile(text, file, findings);
    return tree && conceal(tree);
  }
  const parsed = parseText(text, file, findings);
  return parsed && openedTree(parsed);
}

async function openedTree({ document, source }: ParsedText): Promise<Tree | undefined> {
  try {
    const block = sopsBlockIn(document);
    if (block === undefined) return buildTree(document, source);
    const { openSops } = await import('../secrets/sops/open-sops.ts');
    const opened = await openSops(block, source.originOf);
    return buildTree(document, { ...source, opened });
  } catch (error) {
    if (!(error instanceof Unresolved)) throw error;
    source.problems.add(error.message, error.origin, error.fix ?? '');
    return undefined;
  }
}
