import { Flaw } from './flaw.ts';
import { refuseSpecial } from './names.ts';
import { parsePostfix, parsePrimary, refuseCall } from './parse-primary.ts';
import type { Binary, Comparison, Expression } from './syntax.ts';
import type { Tokens } from './tokens.ts';

/** Parses one expression by Jinja's grammar, precedences included. Throws a Flaw. */
export function parseExpression(tokens: Tokens): Expression {
  return tokens.inside(() => parseCondition(tokens));
}

function parseCondition(tokens: Tokens): Expression {
  let node = parseOr(tokens);
  for (let word = tokens.takeIf('if'); word; word = tokens.takeIf('if')) {
    const test = parseOr(tokens);
    const otherwise = tokens.takeIf('else') ? tokens.expression() : undefined;
    node = { kind: 'condition', test, chosen: node, otherwise, at: node.at };
  }
  return node;
}

type Operator = Binary['operator'];

function parseBinary(
  tokens: Tokens,
  operators: readonly Operator[],
  inner: (tokens: Tokens) => Expression,
): Expression {
  let left = inner(tokens);
  for (let token = tokens.takeIf(...operators); token; token = tokens.takeIf(...operators)) {
    const right = inner(tokens);
    left = { kind: 'binary', operator: token.text as Operator, left, right, at: token.at };
  }
  return left;
}

function parseOr(tokens: Tokens): Expression {
  return parseBinary(tokens, ['or'], parseAnd);
}

function parseAnd(tokens: Tokens): Expression {
  return parseBinary(tokens, ['and'], parseNot);
}

function parseNot(tokens: Tokens): Expression {
  const word = tokens.takeIf('not');
  if (word === undefined) return parseComparison(tokens);
  const operand = tokens.inside(() => parseNot(tokens));
  return { kind: 'unary', operator: 'not', operand, at: word.at };
}

function parseComparison(tokens: Tokens): Expression {
  const first = parseSum(tokens);
  const rest: Comparison[] = [];
  for (let operator = comparison(tokens); operator; operator = comparison(tokens)) {
    rest.push({ operator, operand: parseSum(tokens) });
  }
  return rest.length === 0 ? first : { kind: 'compare', first, rest, at: first.at };
}

function comparison(tokens: Tokens): Comparison['operator'] | undefined {
  if (tokens.is('not') && tokens.ahead(1).text === 'in') {
    tokens.take();
    tokens.take();
    return 'not in';
  }
  const token = tokens.takeIf('==', '!=', '<', '<=', '>', '>=', 'in');
  return token?.text as Comparison['operator'] | undefined;
}

function parseSum(tokens: Tokens): Expression {
  return parseBinary(tokens, ['+', '-'], parseConcat);
}

function parseConcat(tokens: Tokens): Expression {
  const first = parseProduct(tokens);
  const parts = [first];
  while (tokens.takeIf('~')) parts.push(parseProduct(tokens));
  return parts.length === 1 ? first : { kind: 'concat', parts, at: first.at };
}

function parseProduct(tokens: Tokens): Expression {
  return parseBinary(tokens, ['*', '/', '//', '%'], parsePower);
}

function parsePower(tokens: Tokens): Expression {
  return parseBinary(tokens, ['**'], parseFiltered);
}

function parseFiltered(tokens: Tokens): Expression {
  return parseFilters(parseUnary(tokens), tokens);
}

function parseUnary(tokens: Tokens): Expression {
  const sign = tokens.takeIf('-', '+');
  if (sign === undefined) return parsePostfix(parsePrimary(tokens), tokens);
  const operand = tokens.inside(() => parseUnary(tokens));
  const node: Expression = {
    kind: 'unary',
    operator: sign.text as '-' | '+',
    operand,
    at: sign.at,
  };
  return parsePostfix(node, tokens);
}

interface Arguments {
  readonly positional: readonly Expression[];
  readonly named: ReadonlyMap<string, Expression>;
}

const NONE: Arguments = { positional: [], named: new Map() };

/** Parses the filters and tests that follow a value. */
function parseFilters(node: Expression, tokens: Tokens): Expression {
  let target = node;
  for (;;) {
    if (tokens.takeIf('|')) target = parseFilter(target, tokens);
    else if (tokens.takeIf('is')) target = parseTest(target, tokens);
    else if (tokens.is('(')) refuseCall(target, tokens);
    else return target;
  }
}

function parseFilter(target: Expression, tokens: Tokens): Expression {
  const { name, at } = dottedName(tokens);
  const given = tokens.is('(') ? parseArguments(tokens) : NONE;
  return { kind: 'filter', name, target, ...given, at };
}

function parseTest(target: Expression, tokens: Tokens): Expression {
  const negated = tokens.takeIf('not');
  const { name, at } = dottedName(tokens);
  const given = tokens.is('(') ? parseArguments(tokens) : bareArgument(tokens);
  const test: Expression = { kind: 'test', name, target, ...given, at };
  return negated ? { kind: 'unary', operator: 'not', operand: test, at: negated.at } : test;
}

/** `is divisibleby 3`: a test takes one argument without parentheses. */
function bareArgument(tokens: Tokens): Arguments {
  const { kind } = tokens.current;
  if (tokens.is('is')) return tokens.fail('A value takes one test: join two with and.');
  const starts = ['string', 'integer', 'float'].includes(kind) || tokens.is('[', '{');
  const isName = kind === 'name' && !tokens.is('else', 'or', 'and', 'if', 'in', 'not');
  if (!starts && !isName) return NONE;
  const argument = parsePostfix(parsePrimary(tokens), tokens);
  return { positional: [argument], named: new Map() };
}

function dottedName(tokens: Tokens): { readonly name: string; readonly at: number } {
  const { text, at } = tokens.expectName();
  refuseSpecial(text, at);
  let name = text;
  while (tokens.takeIf('.')) name += `.${tokens.expectName().text}`;
  return { name, at };
}

function parseArguments(tokens: Tokens): Arguments {
  tokens.expect('(');
  const positional: Expression[] = [];
  const named = new Map<string, Expression>();
  tokens.listUntil(')', () => {
    if (tokens.is('*', '**')) tokens.fail('Write the arguments one by one.');
    const { kind, text, at } = tokens.current;
    if (kind === 'name' && tokens.ahead(1).text === '=' && tokens.ahead(1).kind === 'operator') {
      tokens.take();
      tokens.take();
      if (named.has(text)) throw new Flaw('An argument is given twice', `Remove a ${text}.`, at);
      named.set(text, tokens.expression());
    } else {
      if (named.size > 0) tokens.fail('Arguments with names come last.');
      positional.push(tokens.expression());
    }
  });
  return { positional, named };
}
