import { Flaw } from './flaw.ts';
import { refuseSpecial } from './names.ts';
import { parsePostfix, parsePrimary, refuseCall } from './parse-primary.ts';
import type { Expression } from './syntax.ts';
import type { Tokens } from './tokens.ts';

interface Arguments {
  readonly positional: readonly Expression[];
  readonly named: ReadonlyMap<string, Expression>;
}

const NONE: Arguments = { positional: [], named: new Map() };

/** Parses the filters and tests that follow a value. */
export function parseFilters(node: Expression, tokens: Tokens): Expression {
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
