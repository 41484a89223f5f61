import { Flaw } from '../flaw.ts';
import { type Content, nameOfType } from '../value.ts';

/** A whole number that an argument has to be. Throws a Flaw for others. */
export function wholeOf(value: Content): number {
  if (typeof value === 'bigint' || typeof value === 'boolean') return Number(value);
  const fix = `It is ${nameOfType(value)}: convert it with | int.`;
  throw new Flaw('An argument is not a whole number', fix);
}
