import { type Findings, parseYaml } from './parse-yaml.ts';
import { readText } from './read-text.ts';
import type { Tree } from './tree.ts';

/** What a file of the inventory says; undefined, with problems added, when it cannot be read. */
export async function readTree(file: string, findings: Findings): Promise<Tree | undefined> {
  const text = await readText(file, findings.problems);
  return text === undefined ? undefined : parseYaml(text, file, findings);
}
