import { didYouMean } from '#engine/model/suggest.ts';
import { attribute, item, MissingFlaw, slice } from './access.ts';
import { operate, signed } from './arithmetic.ts';
import type { Budget } from './budget.ts';
import type { Given, Worker } from './callable.ts';
import { applyFilter, applyTest } from './calls.ts';
import { HOLDS, truth } from './compare.ts';
import { placed } from './flaw.ts';
import { meaningElsewhere } from './names.ts';
import { textOf } from './python-text.ts';
import type { Binary, Call, Comparison, Expression } from './syntax.ts';
import { type Content, dictOf, settle, Tuple, Undefined, type Value, Verbatim } from './value.ts';

/** The variables that expressions see. */
export interface Scope {
  find(name: string): Value | undefined;
  names(): Iterable<string>;
}

/** Works out parsed expressions, over these variables and within this budget. Throws Flaws. */
export class Evaluator implements Worker {
  readonly #scope: Scope;
  readonly #budget: Budget;

  constructor(scope: Scope, budget: Budget) {
    this.#scope = scope;
    this.#budget = budget;
  }

  /** The value of a node: it may be undefined, or a secret. */
  value(node: Expression): Value {
    return placed(node.at, () => this.#budget.deeper(() => this.#value(node)));
  }

  #value(node: Expression): Value {
    switch (node.kind) {
      case 'constant':
        return node.value;
      case 'name':
        return this.#name(node.name, node.at);
      case 'attribute':
        return attribute(this.value(node.target), node.name, node.at);
      case 'item':
        return this.#item(node.target, node.index, node.at);
      case 'condition':
        return this.#condition(node);
      case 'filter':
        return this.filter(node.name, this.value(node.target), this.#arguments(node));
      case 'test':
        return this.test(node.name, this.value(node.target), this.#arguments(node));
      case 'binary':
        return node.operator === 'and' || node.operator === 'or'
          ? this.#either(node)
          : this.#operation(node.operator, node);
      default:
        return this.#budget.made(this.#built(node));
    }
  }

  #built(node: Expression): Value {
    switch (node.kind) {
      case 'list':
        return this.#elements(node.items);
      case 'tuple':
        return Tuple.from(this.#elements(node.items));
      case 'dict':
        return dictOf(node.pairs.map(([key, value]) => [this.value(key), this.#element(value)]));
      case 'slice':
        return this.#slice(node.target, node.bounds);
      case 'unary':
        return this.#unary(node.operator, node.operand);
      case 'concat':
        return this.#concat(node.parts);
      case 'compare':
        return this.#compare(node.first, node.rest);
      default:
        throw new Error(`${node.kind} is worked out elsewhere`);
    }
  }

  /** The values of nodes whose content is needed. What is undefined is found before a secret is. */
  #operands(nodes: readonly Expression[]): readonly Content[] {
    const values = nodes.map((node) => this.value(node));
    for (const value of values) if (value instanceof Undefined) settle(value);
    return values.map(settle);
  }

  #operand(node: Expression): Content {
    return settle(this.value(node));
  }

  /** A part of a list or mapping may be undefined or a secret still. */
  #element(node: Expression): Value {
    const value = this.value(node);
    return value instanceof Verbatim ? value.text : value;
  }

  #elements(nodes: readonly Expression[]): readonly Value[] {
    return nodes.map((node) => this.#element(node));
  }

  #name(name: string, at: number): Value {
    const value = this.#scope.find(name);
    if (value !== undefined) return value;
    const elsewhere = meaningElsewhere(name);
    if (elsewhere !== undefined) throw elsewhere;
    const fix = didYouMean(name, this.#scope.names(), 'Set it, or give a default: | default(…).');
    return new Undefined(new MissingFlaw(`The variable ${name} is not defined`, fix, at));
  }

  #item(target: Expression, index: Expression, at: number): Value {
    const [value, key] = [this.value(target), this.value(index)];
    if (key instanceof Undefined) settle(key);
    const name = index.kind === 'constant' ? String(index.value) : undefined;
    return item(value, key, at, name);
  }

  #condition(node: Expression & { readonly kind: 'condition' }): Value {
    if (truth(this.value(node.test))) return this.value(node.chosen);
    if (node.otherwise !== undefined) return this.value(node.otherwise);
    const fix = 'Write else, and what it is then.';
    return new Undefined(new MissingFlaw('The condition has no else', fix, node.at), true);
  }

  #either({ operator, left, right }: Binary): Value {
    const first = this.value(left);
    return truth(first) === (operator === 'or') ? first : this.value(right);
  }

  #operation(operator: Exclude<Binary['operator'], 'and' | 'or'>, node: Binary): Value {
    const [left = null, right = null] = this.#operands([node.left, node.right]);
    return this.#budget.made(operate(operator, left, right));
  }

  #unary(operator: '-' | '+' | 'not', operand: Expression): Value {
    return operator === 'not'
      ? !truth(this.value(operand))
      : signed(operator, this.#operand(operand));
  }

  #slice(target: Expression, bounds: readonly (Expression | undefined)[]): Value {
    const value = this.value(target);
    if (value instanceof Undefined && !value.blank) return value;
    return slice(
      settle(value),
      bounds.map((bound) => (bound ? this.#operand(bound) : null)),
    );
  }

  #concat(parts: readonly Expression[]): string {
    return this.#operands(parts)
      .map((part) => this.#budget.made(textOf(part)))
      .join('');
  }

  #compare(first: Expression, rest: readonly Comparison[]): boolean {
    let [left = null] = this.#operands([first]);
    for (const { operator, operand } of rest) {
      const right = this.#operand(operand);
      if (!HOLDS[operator](left, right)) return false;
      left = right;
    }
    return true;
  }

  filter(name: string, input: Value, given: Given): Value {
    return this.#budget.made(applyFilter(name, input, given, this));
  }

  test(name: string, input: Value, given: Given): boolean {
    return applyTest(name, input, given, this);
  }

  #arguments({ positional, named }: Call) {
    const byName = [...named].map(([name, node]) => [name, this.value(node)] as const);
    return { positional: positional.map((node) => this.value(node)), named: new Map(byName) };
  }
}
