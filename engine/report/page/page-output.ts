import type { TaskOutput } from '../host-outcomes.ts';
import { countOf, lastOverprint } from '../words.ts';

/** A longer line is no text that somebody reads. */
export const LINE_CHARACTERS = 2000;
/** Of all that tasks have printed: a page that holds more opens slowly. */
const MOST_CHARACTERS = 2_000_000;

/** Shows outputs for as long as the page has room for them. */
export class PageOutputs {
  #room = MOST_CHARACTERS;

  /** As a task's page has it. */
  shown(output: TaskOutput | undefined): { readonly output?: readonly string[] } {
    if (output === undefined) return {};
    const lines = output.lines.map(lastOverprint);
    const size = lines.reduce((sum, { length }) => sum + Math.min(length, LINE_CHARACTERS), 0);
    if (size > this.#room) return { output: [`${countOf(lines.length, 'line')}, not shown here`] };
    this.#room -= size;
    return { output: output.left === 0 ? lines : [`… ${output.left} more before these`, ...lines] };
  }
}
