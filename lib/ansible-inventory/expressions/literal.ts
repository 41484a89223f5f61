import { ESCAPES } from '../read/characters.ts';
import { Flaw } from './flaw.ts';
import { parseExpression } from './parse-expression.ts';
import type { Expression } from './syntax.ts';
import { type Grammar, type Token, Tokens, TooDeep, tokenize } from './tokens.ts';
import { dictOf, Tuple, type Value } from './value.ts';

/**
 * What Ansible makes of a text that an expression gave: one that reads as a list, a mapping or a
 * boolean of Python is that, any other stays. Throws a Flaw for what JSON has no value for.
 */
export function literalOf(text: string): Value {
  if (text === 'True' || text === 'False') return text === 'True';
  if (!/^[[{]/.test(text)) return text;
  const tokens = attempt(() => tokensOf(text));
  if (tokens === undefined) return text;
  const value = attempt(() => valueIn(tokens));
  if (value !== undefined) return value;
  if (attempt(() => valueIn(withoutSets(tokens))) === undefined) return text;
  const fix = 'Write a list in [ ], or quote the text for another filter to read.';
  throw new Flaw("A text reads as a set of Python, which JSON doesn't have", fix);
}

class NoLiteral extends Error {}

/** Undefined for what is no literal. A place in the text says so: other Flaws are about its values. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    const isSyntax = error instanceof Flaw && error.at !== undefined && !(error instanceof TooDeep);
    if (isSyntax || error instanceof NoLiteral) return undefined;
    throw error;
  }
}

const PYTHON: Grammar = {
  space: /(?:\s|#[^\n]*|\\\n)+/y,
  rules: [
    [
      'float',
      /(?:(?:\d+(?:_\d+)*)?\.\d+(?:_\d+)*(?:e[-+]?\d+)?|\d+(?:_\d+)*(?:\.?e[-+]?\d+|\.))(?![\w.])/iy,
    ],
    [
      'integer',
      /(?:0x(?:_?[\da-f])+|0o(?:_?[0-7])+|0b(?:_?[01])+|[1-9]\d*(?:_\d+)*|0+(?:_0+)*)(?![\w.])/iy,
    ],
    [
      'string',
      /[a-z]{0,2}(?:'''(?:[^\\]|\\.)*?'''|"""(?:[^\\]|\\.)*?"""|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")/isy,
    ],
    ['name', /(?:[Tt]rue|[Ff]alse|None|null)(?!\w)/y],
    ['operator', /[-+[\](){}:,]/y],
  ],
};

function tokensOf(text: string): readonly Token[] {
  // The line ends a comment that there may be.
  const tokens = tokenize(`${text}\n}}`, 0, PYTHON);
  if (tokens.at(-1)?.at !== text.length + 1) throw new NoLiteral();
  return tokens.map((token) =>
    token.kind === 'string' ? { ...token, content: contentOf(token.text) } : token,
  );
}

/** With lists in place of sets, of which no expression knows: braces without a colon, but not empty. */
function withoutSets(tokens: readonly Token[]): readonly Token[] {
  const changed = [...tokens];
  const open: { readonly at: number; isSet: boolean }[] = [];
  for (const [at, token] of tokens.entries()) {
    if (/^[[({]$/.test(token.text)) {
      open.push({ at, isSet: token.text === '{' && tokens[at + 1]?.text !== '}' });
    } else if (/^[\])}]$/.test(token.text)) {
      const { at: from, isSet = false } = open.pop() ?? {};
      if (!isSet || from === undefined) continue;
      changed[from] = { ...token, text: '[' };
      changed[at] = { ...token, text: ']' };
    } else if (token.text === ':') {
      const innermost = open.at(-1);
      if (innermost !== undefined) innermost.isSet = false;
    }
  }
  return changed;
}

function valueIn(read: readonly Token[]): Value {
  const tokens = new Tokens(read, parseExpression);
  const node = tokens.expression();
  if (tokens.current.kind !== 'end') throw new NoLiteral();
  return meaningOf(node);
}

function meaningOf(node: Expression): Value {
  if (node.kind === 'constant') return node.value;
  if (node.kind === 'name' && node.name === 'null') return null;
  if (node.kind === 'list') return node.items.map(meaningOf);
  if (node.kind === 'tuple') return Tuple.from(node.items.map(meaningOf));
  if (node.kind === 'dict')
    return dictOf(node.pairs.map(([key, value]) => [meaningOf(key), meaningOf(value)]));
  if (node.kind !== 'unary' || node.operator === 'not') throw new NoLiteral();
  const value = meaningOf(node.operand);
  if (typeof value !== 'bigint' && typeof value !== 'number') throw new NoLiteral();
  return node.operator === '-' ? -value : value;
}

/** What a quoted text of Python stands for. */
function contentOf(text: string): string {
  const [, prefix = '', quoted = ''] = /^([a-z]*)(.*)$/is.exec(text) ?? [];
  const marks = /^('''|""")/.test(quoted) ? 3 : 1;
  const inner = quoted.slice(marks, -marks);
  if (/^r$/i.test(prefix)) return inner;
  if (/b/i.test(prefix))
    throw new Flaw('A text reads as bytes of Python', 'Use texts alone in lists and mappings.');
  if (/^u?$/i.test(prefix)) return inner.replace(ESCAPE, unescaped);
  throw new NoLiteral();
}

const ESCAPE = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3})|([\s\S]))/gu;
const SIMPLE: Readonly<Record<string, string>> = {
  ...ESCAPES,
  '\\': '\\',
  "'": "'",
  '"': '"',
  '\n': '',
};

function unescaped(
  all: string,
  ...[two, four, eight, octal, other = '']: readonly (string | undefined)[]
): string {
  const hex = two ?? four ?? eight;
  if (hex !== undefined) return characterOf(Number.parseInt(hex, 16));
  if (octal !== undefined) return characterOf(Number.parseInt(octal, 8));
  if (/[xuUN]/.test(other))
    throw new Flaw('A text has an escape that cannot be read', `Mend the \\${other} in it.`);
  return SIMPLE[other] ?? all;
}

function characterOf(code: number): string {
  if (code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)) return String.fromCodePoint(code);
  throw new Flaw('A text has an escape that is no character', 'Mend the \\u or \\U in it.');
}
