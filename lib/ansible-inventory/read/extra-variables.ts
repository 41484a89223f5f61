import { startOf } from '#engine/model/host.ts';
import { setVariable, type Variables } from '../groups/group-table.ts';
import { concealVariables } from '../secrets/conceal.ts';
import { type Findings, parseYaml } from './parse-yaml.ts';
import { readTree } from './read-tree.ts';
import { splitPairs } from './split-pairs.ts';
import { describe, type Entry, markUnsafe, type Tree } from './tree.ts';

/**
 * The variables of a command line: each text is `name=value …`, JSON or YAML in braces, or a file as
 * `@path`, as `ansible-playbook -e` takes them. Later ones win.
 */
export async function readExtraVariables(
  texts: readonly string[],
  findings: Findings,
): Promise<Variables> {
  const found = new Map<string, Entry>();
  for (const [index, text] of texts.entries()) {
    const read = await readOne(text, `-e #${index + 1}`, findings);
    for (const [name, entry] of read) setVariable(found, name, entry);
  }
  return found;
}

async function readOne(text: string, name: string, findings: Findings): Promise<Variables> {
  const start = startOf(name);
  if (text.startsWith('@')) {
    return entriesOf(await readTree(text.slice(1), findings, concealVariables), findings);
  }
  if (/^[{[]/.test(text)) return entriesOf(parseYaml(text, name, findings), findings);
  if (/^[./]/.test(text)) {
    findings.problems.add('A file of variables has no @', start, `Write -e @${text}`);
    return new Map();
  }
  const pairs = splitPairs(text);
  if ('error' in pairs) {
    findings.problems.add('The variables of -e cannot be read', start, pairs.error);
    return new Map();
  }
  return new Map(
    pairs.map(({ name: key, value, offset }) => {
      const origin = { ...start, column: offset + 1 };
      return [key, { key, origin, tree: { kind: 'leaf', value, origin, size: 1 } }] as const;
    }),
  );
}

function entriesOf(tree: Tree | undefined, { problems }: Findings): Variables {
  if (tree === undefined) return new Map();
  if (tree.kind === 'mapping') return tree.entries;
  const fix = `Write name: value, each on a line, or JSON in braces; this is ${describe(tree)}.`;
  problems.add('The variables of -e are not a mapping', tree.origin, fix);
  return new Map();
}

/** The same, but braces in them are text: a command line may hold what others have written. */
export function withoutExpressions(variables: Variables): Variables {
  return new Map(
    [...variables].map(([name, entry]) => [name, { ...entry, tree: markUnsafe(entry.tree) }]),
  );
}
