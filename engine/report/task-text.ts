import { formatTask } from './diff.ts';
import type { TaskOutcome } from './host-outcomes.ts';
import { noPaint } from './paint.ts';

/** Tells what changed in a task, or would, as plain text; once for all hosts where it is the same. */
export function taskTexts(): (task: TaskOutcome) => string {
  const texts = new Map<string, string>();
  return ({ task: title, fields }) => {
    const key = JSON.stringify([title, fields]);
    const text = texts.get(key) ?? formatTask({ title, fields }, noPaint);
    texts.set(key, text);
    return text;
  };
}
