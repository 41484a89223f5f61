import { normaliseConfig } from './normalise.ts';

/** A line of keepalived.conf as words, with what stands in its braces. */
export interface Statement {
  readonly words: readonly string[];
  /** Undefined for a line without braces. */
  readonly block: readonly Statement[] | undefined;
}

interface Draft {
  words: string[];
  block: Draft[] | undefined;
}

/**
 * The statements of a keepalived.conf, known or not. Braces may stand on lines of their own or among
 * words; one that is missing or too many spoils what is in it, and never throws.
 */
export function configStatements(text: string): readonly Statement[] {
  const top: Draft[] = [];
  const open: Draft[][] = [top];
  for (const line of normaliseConfig(text).split('\n')) {
    let current: Draft | undefined;
    for (const word of wordsOf(line)) {
      const place = open.at(-1) ?? top;
      if (word === '}') {
        if (open.length > 1) open.pop();
        current = undefined;
      } else if (word === '{') {
        const owner: Draft | undefined = current ?? place.at(-1);
        if (owner === undefined) continue;
        owner.block ??= [];
        open.push(owner.block);
        current = undefined;
      } else if (current === undefined) {
        current = { words: [word], block: undefined };
        place.push(current);
      } else current.words.push(word);
    }
  }
  return top;
}

/** The same configuration without the vrrp_instances of these names, in the form of `normaliseConfig`. */
export function withoutInstances(text: string, names: ReadonlySet<string>): string {
  if (names.size === 0) return text;
  let depth = 0;
  let isLeftOut = false;
  const lines = normaliseConfig(text).split('\n');
  const left = lines.filter((line) => {
    const words = wordsOf(line);
    if (depth === 0 && words[0] !== '{')
      isLeftOut = words[0] === 'vrrp_instance' && names.has(words[1] ?? '');
    depth += words.filter((word) => word === '{').length;
    depth -= words.filter((word) => word === '}').length;
    return !isLeftOut;
  });
  return left.join('\n');
}

/** Words between blanks; double quotes hold one together, and are left out. */
function wordsOf(line: string): readonly string[] {
  const words = line.match(/"(?:\\.|[^"\\])*"?|[{}]|[^\s{}"]+/g) ?? [];
  return words.map((word) => (word.startsWith('"') ? word.replace(/^"|"$/g, '') : word));
}
