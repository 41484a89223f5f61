import { callFlaw, refuseSpecial } from './names.ts';
import type { ParseExpression } from './parse-primary.ts';
import type { Bounds, Node } from './syntax.ts';
import type { Tokens } from './tokens.ts';

/** Parses what may follow a value: `.name`, `[item]` and slices. A call is a Flaw. */
export function parsePostfix(node: Node, tokens: Tokens, parse: ParseExpression): Node {
  let target = node;
  for (;;) {
    const { at } = tokens.current;
    if (tokens.takeIf('.')) target = parseDot(target, tokens, at);
    else if (tokens.takeIf('[')) target = parseBrackets(target, tokens, parse);
    else if (tokens.is('(')) refuseCall(target, tokens);
    else return target;
  }
}

/** Throws the Flaw of a call, which is never allowed. */
export function refuseCall(target: Node, tokens: Tokens): never {
  const argument = tokens.ahead(1);
  const text = argument.kind === 'string' ? argument.text.slice(1, -1) : undefined;
  const named = target.kind === 'name' || target.kind === 'attribute' || target.kind === 'filter';
  throw callFlaw(named ? target.name : undefined, text, target.at);
}

function parseDot(target: Node, tokens: Tokens, at: number): Node {
  const { kind, text } = tokens.current;
  if (kind === 'integer') {
    tokens.take();
    const index: Node = { kind: 'constant', value: BigInt(text.replaceAll('_', '')), at };
    return { kind: 'item', target, index, at: target.at };
  }
  const name = tokens.expectName();
  refuseSpecial(name.text, name.at);
  return { kind: 'attribute', target, name: name.text, at: target.at };
}

function parseBrackets(target: Node, tokens: Tokens, parse: ParseExpression): Node {
  const first = tokens.is(':') ? undefined : parse(tokens);
  if (first !== undefined && !tokens.is(':')) {
    tokens.expect(']');
    return { kind: 'item', target, index: first, at: target.at };
  }
  tokens.expect(':');
  const bounds: Bounds = [first, bound(tokens, parse), step(tokens, parse)];
  tokens.expect(']');
  return { kind: 'slice', target, bounds, at: target.at };
}

function bound(tokens: Tokens, parse: ParseExpression): Node | undefined {
  return tokens.is(':', ']') ? undefined : parse(tokens);
}

function step(tokens: Tokens, parse: ParseExpression): Node | undefined {
  return tokens.takeIf(':') ? bound(tokens, parse) : undefined;
}
