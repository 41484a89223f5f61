import { startOf } from '#engine/model/host.ts';
import { Problems, Unresolved } from '../problems.ts';
import { sopsBlockIn } from '../secrets/sops/sops-block.ts';
import { isVaultText, Vault } from '../secrets/vault.ts';
import { buildTree } from './build-tree.ts';
import { textOfFile } from './files.ts';
import { type Findings, type ParsedText, parseText, parseYaml } from './parse-yaml.ts';
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
  const text = await textOfFile(file, findings.problems);
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

/**
 * What a file that ansible-vault encrypted says, its places those of the plain text. Undefined, with
 * problems added that show nothing of it, when it cannot be opened or read.
 */
function readVaultFile(text: string, file: string, findings: Findings): Tree | undefined {
  const { problems, vault = new Vault([]) } = findings;
  const plain = problems.attempt(() => vault.decryptFile(text, startOf(file)));
  if (plain === undefined) return undefined;
  const inside = { ...findings, problems: new Problems(), warnings: new Problems() };
  const tree = parseYaml(plain, file, inside);
  const fix = `The line is that of the plain text: ansible-vault view ${file}`;
  problems.take(inside.problems, fix);
  findings.warnings.take(inside.warnings, fix);
  return tree;
}
