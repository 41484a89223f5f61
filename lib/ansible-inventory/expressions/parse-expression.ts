import { parseFilters } from './parse-calls.ts';
import { parsePostfix, parsePrimary } from './parse-primary.ts';
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
