import type { TaskOutput } from '../host-outcomes.ts';
import { lastOverprint } from '../words.ts';

/** Of all that tasks have printed: a page that holds more opens slowly. */
const MOST_CHARACTERS = 2_000_000;

/** Shows outputs for as long as the page has room for them. */
export class PageOutputs {
  #room = MOST_CHARACTERS;

  /** As a task's page has it. */
  shown(output: TaskOutput | undefined): { readonly output?: readonly string[] } {
    if (output === undefined) return {};
    const lines = output.lines.map(lastOverprint);
    this.#room -= lines.reduce((sum, { length }) => sum + length, 0);
    if (this.#room < 0) return { output: [`${output.lines.length} lines, not shown here`] };
    return { output: output.left === 0 ? lines : [`… ${output.left} more before these`, ...lines] };
  }
}
