import { startOf } from '#engine/model/host.ts';
import { setVariable, type Variables } from '../groups/group-table.ts';
import { concealVariables } from '../secrets/conceal.ts';
import { ESCAPES } from './characters.ts';
import { type Findings, parseYaml } from './parse-yaml.ts';
import { readTree } from './read-tree.ts';
import { describe, type Entry, leafOf, markUnsafe, type Tree } from './tree.ts';

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
      return [key, { key, origin, tree: leafOf(value, origin) }] as const;
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

/** One `name=value` of a text, with where in the text it starts. */
interface Assignment {
  readonly name: string;
  readonly value: string;
  readonly offset: number;
}

/**
 * Splits `a=1 b="two words" c={{ d e }}` as Ansible does (parsing/splitter.py, parse_kv): values are
 * texts, without the quotes around the whole of them. An error is a sentence.
 */
function splitPairs(text: string): readonly Assignment[] | { readonly error: string } {
  const pairs: Assignment[] = [];
  let at = 0;
  for (;;) {
    at += /^[ \n]*/.exec(text.slice(at))?.[0].length ?? 0;
    if (at >= text.length) return pairs;
    const end = endOfWord(text, at);
    if (end === undefined) return { error: 'A quote, or an expression in braces, has no end.' };
    const pair = pairOf(decoded(text.slice(at, end)), at);
    if (pair === undefined) {
      return {
        error: `Write name=value; this is ${text.slice(at, end)}. Quote a value with blanks.`,
      };
    }
    pairs.push(pair);
    at = end;
  }
}

/** Blanks inside quotes, and inside the braces of an expression, are part of a word. */
function endOfWord(text: string, start: number): number | undefined {
  let quote = '';
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const character = text.charAt(at);
    const two = text.slice(at, at + 2);
    if (/['"]/.test(character) && text.charAt(at - 1) !== '\\') {
      if (quote === '') quote = character;
      else if (quote === character) quote = '';
    } else if (['{{', '{%', '{#', '}}', '%}', '#}'].includes(two)) {
      depth = Math.max(0, depth + (two.startsWith('{') ? 1 : -1));
      at += 1;
    } else if (/[ \n]/.test(character) && quote === '' && depth === 0) return at;
  }
  return quote === '' && depth === 0 ? text.length : undefined;
}

function pairOf(word: string, offset: number): Assignment | undefined {
  const [whole, name = ''] = /^(.(?:[^=]|(?<=\\)=)*)(?<!\\)=/s.exec(word) ?? [];
  if (whole === undefined) return undefined;
  return { name: name.trim(), value: unquoted(word.slice(whole.length).trim()), offset };
}

function unquoted(value: string): string {
  return /^(["']).*\1$/s.test(value) && value.length > 1 && value.at(-2) !== '\\'
    ? value.slice(1, -1)
    : value;
}

function decoded(word: string): string {
  return word.replace(
    /\\(?:U([0-9a-fA-F]{8})|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([\\'"abfnrtv]))/g,
    (all, long, short, byte, letter) => {
      if (letter !== undefined) return /[\\'"]/.test(letter) ? letter : (ESCAPES[letter] ?? all);
      const code = Number.parseInt(long ?? short ?? byte, 16);
      return code > 0x10_ffff ? all : String.fromCodePoint(code);
    },
  );
}
