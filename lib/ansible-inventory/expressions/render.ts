import { Secret } from '#engine/model/secret.ts';
import { type Budget, requireSize } from './budget.ts';
import { Evaluator, type Scope } from './evaluate.ts';
import { Flaw } from './flaw.ts';
import { literalOf } from './literal.ts';
import { floatText, textOf, trailingNewlines } from './python-text.ts';
import type { Expression, Template } from './syntax.ts';
import { exactNumber } from './tree-values.ts';
import {
  isDict,
  isList,
  Lookup,
  NeedsSecret,
  settle,
  Tuple,
  Undefined,
  type Value,
  Verbatim,
} from './value.ts';

/** The value of a text with expressions, by Ansible's rules. Throws Flaws, and NeedsSecret. */
export function renderTemplate({ parts, newlines }: Template, scope: Scope, budget: Budget): Value {
  const evaluator = new Evaluator(scope, budget);
  const [only = '', ...more] = parts;
  const value = more.length === 0 ? alone(only, evaluator) : literalOf(joined(parts, evaluator));
  if (value instanceof Secret && newlines > 0) throw new NeedsSecret();
  if (value instanceof Verbatim) return new Verbatim(withNewlines(value.text, newlines));
  return typeof value === 'string' ? withNewlines(value, newlines) : value;
}

/** Ansible writes the value of an expression as text, and reads that: most keep their type so. */
function alone(part: string | Expression, evaluator: Evaluator): Value {
  if (typeof part === 'string') return literalOf(part);
  const value = evaluator.value(part);
  if (value instanceof Secret || value instanceof Verbatim) return value;
  if (value instanceof Undefined && value.blank) return '';
  const settled = settle(value);
  if (settled instanceof Lookup) return textOf(settled);
  if (settled instanceof Tuple) {
    throw new Flaw('The result is a tuple, which is nothing in YAML', 'Make a list of it: | list.');
  }
  if (isList(settled) || isDict(settled)) {
    requireUsable(settled);
    return settled;
  }
  if (typeof settled === 'string') return literalOf(settled);
  if (typeof settled === 'number') return floatText(settled);
  return typeof settled === 'bigint' ? String(exactNumber(settled)) : (settled ?? '');
}

function joined(parts: readonly (string | Expression)[], evaluator: Evaluator): string {
  const values = parts.map((part) => (typeof part === 'string' ? part : evaluator.value(part)));
  for (const value of values) if (value instanceof Undefined) settle(value);
  const texts = values.map((value) => (value === null ? '' : textOf(value)));
  requireSize(texts.reduce((sum, text) => sum + text.length, 0));
  return texts.join('');
}

/** What is undefined has no result; JSON has no infinity, and Ansible makes a text of a list with one. */
function requireUsable(value: Value): void {
  if (value instanceof Undefined || value instanceof Lookup) textOf(value);
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new Flaw('A number in the result is not finite', 'Check how it comes about.');
  }
  if ((!isList(value) && !isDict(value)) || usable.has(value)) return;
  for (const item of value.values()) requireUsable(item);
  usable.add(value);
}

/** Lists and mappings that were looked through: they do not change. */
const usable = new WeakSet<object>();

function withNewlines(text: string, newlines: number): string {
  return text + '\n'.repeat(Math.max(0, newlines - trailingNewlines(text)));
}
