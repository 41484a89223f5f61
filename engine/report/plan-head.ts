import { escapeControl } from './escape.ts';
import { noPaint, type Paint } from './paint.ts';
import { countOf, padEnd, widest } from './words.ts';

/** What there is to say of a saved plan as a whole, in words. */
export interface PlanHead {
  readonly title: string;
  /** Name and value of each line; a line without a value is left out. */
  readonly facts: readonly (readonly [string, string | undefined])[];
}

/** The head of a saved plan: what it is, and a line for each thing to know of it. */
export function formatPlanHead({ title, facts }: PlanHead, paint: Paint = noPaint): string {
  const known = facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  const width = widest(known.map(([name = '']) => name));
  const lines = known.map(
    ([name = '', value = '']) => `  ${paint('dim', padEnd(name, width))}  ${escapeControl(value)}`,
  );
  return [paint('bold', escapeControl(title)), ...lines].join('\n');
}

/** `less than a minute`, `12 minutes`, `3 hours`, `2 days`: the largest unit alone. */
export function formatAge(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return 'less than a minute';
  if (minutes < 120) return countOf(minutes, 'minute');
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? countOf(hours, 'hour') : countOf(Math.floor(hours / 24), 'day');
}
