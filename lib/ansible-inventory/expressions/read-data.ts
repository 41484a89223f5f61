import { Secret } from '#engine/model/secret.ts';
import { Problems } from '../problems.ts';
import { parseYaml } from '../read/parse-yaml.ts';
import { leavesOf } from '../read/tree.ts';
import { Flaw } from './flaw.ts';
import { valueIn } from './tree-values.ts';
import type { Value } from './value.ts';

const FILE = 'text';

/** Reads a text as YAML or JSON, as inventories are read, but with no secrets in it. */
export function readData(text: string, format: 'json' | 'yaml'): Value {
  if (format === 'json') requireJson(text);
  const problems = new Problems();
  const tree = parseYaml(text, FILE, { problems, warnings: new Problems() });
  const [problem] = problems.sorted;
  if (problem !== undefined || tree === undefined) {
    throw new Flaw('The text cannot be read as YAML', problem?.fix ?? 'Check it.');
  }
  if ([...leavesOf(tree)].some(({ value }) => value instanceof Secret)) {
    throw new Flaw('A text that is read as YAML has a secret in it', 'Write the secret out.');
  }
  return valueIn(tree, false);
}

function requireJson(text: string): void {
  try {
    JSON.parse(text);
  } catch {
    throw new Flaw('The text is not JSON', 'Check it; texts stand between double quotes.');
  }
}
