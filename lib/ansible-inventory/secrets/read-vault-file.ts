import type { Origin } from '#engine/model/host.ts';
import { startOf } from '#engine/model/host.ts';
import { Problems } from '../problems.ts';
import { type Findings, parseYaml } from '../read/parse-yaml.ts';
import type { Tree } from '../read/tree.ts';
import { Unresolved } from '../unresolved.ts';
import { Vault } from './vault.ts';

/**
 * What a file that ansible-vault encrypted says, its places those of the plain text. Undefined, with
 * problems added that show nothing of it, when it cannot be opened or read.
 */
export function readVaultFile(text: string, file: string, findings: Findings): Tree | undefined {
  const plain = opened(text, startOf(file), findings);
  if (plain === undefined) return undefined;
  const inside = { ...findings, problems: new Problems(), warnings: new Problems() };
  const tree = parseYaml(plain, file, inside);
  const fix = `The line is that of the plain text: ansible-vault view ${file}`;
  findings.problems.take(inside.problems, fix);
  findings.warnings.take(inside.warnings, fix);
  return tree;
}

function opened(text: string, start: Origin, { problems, vault = new Vault([]) }: Findings) {
  try {
    return vault.decryptFile(text, start);
  } catch (error) {
    if (!(error instanceof Unresolved)) throw error;
    problems.add(error.message, start, error.fix ?? '');
    return undefined;
  }
}
