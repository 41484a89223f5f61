import { type CST, Lexer, type LineCounter, Parser } from 'yaml';

const DEEPEST = 100;
/** A lexeme costs up to a KiB of memory until a file has been read. */
const MOST_LEXEMES = 400_000;

/** The parser's tokens of a text, or the first place at which there is too much of it. */
export type Tokens =
  | { readonly tokens: readonly CST.Token[] }
  | { readonly what: string; readonly offset: number; readonly fix: string };

/** Splits YAML into tokens, of no more and no deeper structure than can be read from there on. */
export function readTokens(text: string, lines: LineCounter): Tokens {
  const tokens: CST.Token[] = [];
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  let [lexemes, offset] = [0, 0];
  for (const lexeme of new Lexer().lex(text)) {
    lexemes += 1;
    if (lexemes > MOST_LEXEMES) {
      const fix = `Split it: at most ${MOST_LEXEMES} words, marks and ends of lines are read.`;
      return { what: 'The file is too large', offset, fix };
    }
    offset += lexeme.length;
    tokens.push(...parser.next(lexeme));
  }
  tokens.push(...parser.end());
  const deep = offsetBelow(tokens);
  if (deep === undefined) return { tokens };
  const fix = `At most ${DEEPEST} levels are read.`;
  return { what: 'The file is nested too deeply', offset: deep, fix };
}

/** The parser's tokens are walked without recursion, unlike all that comes later. */
function offsetBelow(tokens: readonly CST.Token[]): number | undefined {
  const stack = tokens.map((token) => ({ token, depth: 0 }));
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { token, depth } = top;
    if (depth > DEEPEST) return token.offset;
    for (const child of childrenOf(token)) stack.push({ token: child, depth: depth + 1 });
  }
  return undefined;
}

function childrenOf(token: CST.Token): readonly CST.Token[] {
  if (token.type === 'document') return token.value === undefined ? [] : [token.value];
  if (!('items' in token)) return [];
  return token.items.flatMap(({ key, value }) => [key, value]).filter((child) => child != null);
}
