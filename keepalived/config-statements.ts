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

/** Words between blanks; double quotes hold one together, and are left out. */
function wordsOf(line: string): readonly string[] {
  const words = line.match(/"(?:\\.|[^"\\])*"?|[{}]|[^\s{}"]+/g) ?? [];
  return words.map((word) => (word.startsWith('"') ? word.replace(/^"|"$/g, '') : word));
}
