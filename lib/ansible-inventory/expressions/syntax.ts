import type { Key } from './value.ts';

/** An expression after parsing. `at` is an offset into the text of the value. */
export type Expression = { readonly at: number } & (
  | { readonly kind: 'constant'; readonly value: Key }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'list' | 'tuple'; readonly items: readonly Expression[] }
  | { readonly kind: 'dict'; readonly pairs: readonly (readonly [Expression, Expression])[] }
  | { readonly kind: 'attribute'; readonly target: Expression; readonly name: string }
  | { readonly kind: 'item'; readonly target: Expression; readonly index: Expression }
  | { readonly kind: 'slice'; readonly target: Expression; readonly bounds: Bounds }
  | { readonly kind: 'unary'; readonly operator: '-' | '+' | 'not'; readonly operand: Expression }
  | Binary
  | { readonly kind: 'concat'; readonly parts: readonly Expression[] }
  | { readonly kind: 'compare'; readonly first: Expression; readonly rest: readonly Comparison[] }
  | Condition
  | Call
);

export type Bounds = readonly [start: Expression | undefined, stop: Expression | undefined];

export interface Binary {
  readonly kind: 'binary';
  readonly operator: '+' | '-' | '*' | '/' | '//' | '%' | '**' | 'and' | 'or';
  readonly left: Expression;
  readonly right: Expression;
}

export interface Comparison {
  readonly operator: '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in';
  readonly operand: Expression;
}

interface Condition {
  readonly kind: 'condition';
  readonly test: Expression;
  readonly chosen: Expression;
  readonly otherwise: Expression | undefined;
}

/** A filter or a test, with what it is given. */
export interface Call {
  readonly kind: 'filter' | 'test';
  readonly name: string;
  readonly target: Expression;
  readonly positional: readonly Expression[];
  readonly named: ReadonlyMap<string, Expression>;
}

/** A value with expressions in it: text and expressions, in order. */
export interface Template {
  readonly parts: readonly (string | Expression)[];
  /** How many newlines the text ends with: Ansible keeps them. */
  readonly newlines: number;
}
