import type { Key } from './value.ts';

/** An expression after parsing. `at` is an offset into the text of the value. */
export type Node = { readonly at: number } & (
  | { readonly kind: 'constant'; readonly value: Key }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'list' | 'tuple'; readonly items: readonly Node[] }
  | { readonly kind: 'dict'; readonly pairs: readonly (readonly [Node, Node])[] }
  | { readonly kind: 'attribute'; readonly target: Node; readonly name: string }
  | { readonly kind: 'item'; readonly target: Node; readonly index: Node }
  | { readonly kind: 'slice'; readonly target: Node; readonly bounds: Bounds }
  | { readonly kind: 'unary'; readonly operator: '-' | '+' | 'not'; readonly operand: Node }
  | BinaryNode
  | { readonly kind: 'concat'; readonly parts: readonly Node[] }
  | { readonly kind: 'compare'; readonly first: Node; readonly rest: readonly Comparison[] }
  | ConditionNode
  | CallNode
);

export type Bounds = readonly [Node | undefined, Node | undefined, Node | undefined];

export interface BinaryNode {
  readonly kind: 'binary';
  readonly operator: '+' | '-' | '*' | '/' | '//' | '%' | '**' | 'and' | 'or';
  readonly left: Node;
  readonly right: Node;
}

export interface Comparison {
  readonly operator: '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in';
  readonly operand: Node;
}

export interface ConditionNode {
  readonly kind: 'condition';
  readonly test: Node;
  readonly chosen: Node;
  readonly otherwise: Node | undefined;
}

/** A filter or a test, with what it is given. */
export interface CallNode {
  readonly kind: 'filter' | 'test';
  readonly name: string;
  readonly target: Node;
  readonly positional: readonly Node[];
  readonly named: ReadonlyMap<string, Node>;
}

/** A value with expressions in it: text and expressions, in order. */
export interface Template {
  readonly parts: readonly (string | Node)[];
  /** How many newlines the text ends with: Ansible keeps them. */
  readonly newlines: number;
}
