import { Flaw } from './flaw.ts';
import { type Content, isList, nameOfType, Tuple, type Value } from './value.ts';

/** Python's `value[start:stop:step]`. */
export function slice(value: Content, bounds: readonly Content[]): Value {
  const items = isList(value) ? value : typeof value === 'string' ? Array.from(value) : undefined;
  if (items === undefined) {
    throw new Flaw('The value cannot be cut', `Cut texts and lists; it is ${nameOfType(value)}.`);
  }
  const [start, stop, step = 1] = bounds.map(boundOf);
  if (step === 0) throw new Flaw('The step of a slice is zero', 'Write another number, or none.');
  const picked = indexes(items.length, { start, stop, step }).map((index) => items[index] ?? null);
  if (typeof value === 'string') return picked.join('');
  return value instanceof Tuple ? Tuple.from(picked) : picked;
}

function boundOf(bound: Content): number | undefined {
  if (bound === null) return undefined;
  if (typeof bound === 'bigint' || typeof bound === 'boolean') return Number(bound);
  const fix = `It is ${nameOfType(bound)}: convert it with | int.`;
  throw new Flaw('A bound of a slice is not a whole number', fix);
}

interface Range {
  readonly start: number | undefined;
  readonly stop: number | undefined;
  readonly step: number;
}

function indexes(length: number, { start, stop, step }: Range): readonly number[] {
  const [low, high] = step > 0 ? [0, length] : [-1, length - 1];
  const clamp = (bound: number) =>
    Math.min(Math.max(bound < 0 ? bound + length : bound, low), high);
  const first = start === undefined ? (step > 0 ? low : high) : clamp(start);
  const last = stop === undefined ? (step > 0 ? high : low) : clamp(stop);
  const count = Math.max(0, Math.ceil((last - first) / step));
  return Array.from({ length: count }, (_, index) => first + index * step);
}
