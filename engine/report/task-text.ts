import { formatTask } from './diff.ts';
import type { TaskOutcome } from './host-outcomes.ts';
import { noPaint } from './paint.ts';

/** By what they show: most are the same on many hosts, and several reports show them. */
const texts = new Map<string, string>();

/** What changed in a task, or would, as plain text. */
export function taskText({ task: title, fields }: TaskOutcome): string {
  const key = JSON.stringify([title, fields]);
  const known = texts.get(key);
  if (known !== undefined) return known;
  const text = formatTask({ title, fields }, noPaint);
  texts.set(key, text);
  return text;
}
