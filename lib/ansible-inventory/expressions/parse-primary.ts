import { Flaw } from './flaw.ts';
import { callFlaw, refuseSpecial } from './names.ts';
import type { Bounds, Expression } from './syntax.ts';
import type { Token, Tokens } from './tokens.ts';

const WORDS = new Map<string, boolean | null>([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
]);
const RESERVED = ['and', 'or', 'not', 'if', 'else', 'in', 'is'];
const MOST_DIGITS = 4300;

/** Parses a literal, a name, or what stands in brackets. */
export function parsePrimary(tokens: Tokens): Expression {
  const { kind, text, at } = tokens.current;
  if (kind === 'string') return parseTexts(tokens);
  if (kind === 'integer' || kind === 'float') {
    return { kind: 'constant', value: numberOf(tokens.take()), at };
  }
  if (kind === 'name' && !RESERVED.includes(text)) return parseName(tokens.take());
  if (tokens.takeIf('(')) return parseParentheses(at, tokens);
  if (tokens.takeIf('[')) {
    return { kind: 'list', items: tokens.listUntil(']', () => tokens.expression()), at };
  }
  if (tokens.takeIf('{')) {
    return { kind: 'dict', pairs: tokens.listUntil('}', () => parsePair(tokens)), at };
  }
  return tokens.fail('A value is expected here.');
}

function parseName({ text, at }: Token): Expression {
  const value = WORDS.get(text);
  if (value !== undefined) return { kind: 'constant', value, at };
  refuseSpecial(text, at);
  return { kind: 'name', name: text, at };
}

function parsePair(tokens: Tokens): readonly [Expression, Expression] {
  const key = tokens.expression();
  tokens.expect(':');
  return [key, tokens.expression()];
}

function parseParentheses(at: number, tokens: Tokens): Expression {
  let commas = 0;
  const items = tokens.listUntil(')', () => {
    const item = tokens.expression();
    if (tokens.is(',')) commas += 1;
    return item;
  });
  const [only] = items;
  return commas === 0 && only !== undefined ? only : { kind: 'tuple', items, at };
}

/** Texts that follow each other are one, as in Python. */
function parseTexts(tokens: Tokens): Expression {
  const { at } = tokens.current;
  let value = '';
  while (tokens.current.kind === 'string') value += textOf(tokens.take());
  return { kind: 'constant', value, at };
}

/** Ansible doubles backslashes before Jinja reads them, so they stand for themselves. */
function textOf({ text, content, at }: Token): string {
  if (content !== undefined) return content;
  const inner = text.slice(1, -1);
  if (inner.includes(`\\${text.charAt(0)}`)) {
    const fix = 'Ansible takes the quote for the end of the text. Use the other kind of quotes.';
    throw new Flaw('A backslash before a quote does not escape it', fix, at);
  }
  return inner.replace(/\r\n?/g, '\n');
}

function numberOf({ kind, text, at }: Token): bigint | number {
  const digits = text.replaceAll('_', '');
  if (kind === 'float') return Number(digits);
  if (digits.length > MOST_DIGITS) {
    throw new Flaw('A number has too many digits', `At most ${MOST_DIGITS} are read.`, at);
  }
  return BigInt(digits.toLowerCase());
}

/** Parses what may follow a value: `.name`, `[item]` and slices. A call is a Flaw. */
export function parsePostfix(node: Expression, tokens: Tokens): Expression {
  let target = node;
  for (;;) {
    const { at } = tokens.current;
    if (tokens.takeIf('.')) target = parseDot(target, tokens, at);
    else if (tokens.takeIf('[')) target = parseBrackets(target, tokens);
    else if (tokens.is('(')) refuseCall(target, tokens);
    else return target;
  }
}

/** Throws the Flaw of a call, which is never allowed. */
export function refuseCall(target: Expression, tokens: Tokens): never {
  const argument = tokens.ahead(1);
  const text = argument.kind === 'string' ? argument.text.slice(1, -1) : undefined;
  const named = target.kind === 'name' || target.kind === 'attribute' || target.kind === 'filter';
  throw callFlaw(named ? target.name : undefined, text, target.at);
}

function parseDot(target: Expression, tokens: Tokens, at: number): Expression {
  const { kind, text } = tokens.current;
  if (kind === 'integer') {
    tokens.take();
    const index: Expression = { kind: 'constant', value: BigInt(text.replaceAll('_', '')), at };
    return { kind: 'item', target, index, at: target.at };
  }
  const name = tokens.expectName();
  refuseSpecial(name.text, name.at);
  return { kind: 'attribute', target, name: name.text, at: target.at };
}

function parseBrackets(target: Expression, tokens: Tokens): Expression {
  const first = tokens.is(':') ? undefined : tokens.expression();
  if (first !== undefined && !tokens.is(':')) {
    tokens.expect(']');
    return { kind: 'item', target, index: first, at: target.at };
  }
  tokens.expect(':');
  const bounds: Bounds = [first, tokens.is(':', ']') ? undefined : tokens.expression()];
  if (tokens.is(':')) tokens.fail('Leave the step out: it is 1, or | reverse.');
  tokens.expect(']');
  return { kind: 'slice', target, bounds, at: target.at };
}
