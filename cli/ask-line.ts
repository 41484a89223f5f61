import { createInterface } from 'node:readline/promises';
import { Failure } from '#engine/model/failure.ts';
import { escapeControl } from '#engine/report/escape.ts';
import { paintFor } from '#engine/report/paint.ts';

/** Asks for lines on the terminal, on stderr: stdout may go elsewhere. */
export interface Asker {
  /** A line without the blanks around it; `fallback`, which is shown, for an empty one. */
  line(question: string, fallback: string | undefined): Promise<string>;
  /** Says why the answer cannot be used. */
  refuse(reason: string): void;
  close(): void;
}

/** Undefined where there is no terminal. */
export function openAsker(): Asker | undefined {
  const [input, output] = [process.stdin, process.stderr];
  if (!input.isTTY || !output.isTTY) return undefined;
  const lines = createInterface({ input, output, terminal: true });
  const end = new AbortController();
  lines.once('close', () => end.abort());
  return {
    async line(question, fallback) {
      const shown =
        fallback === undefined || fallback === '' ? '' : ` [${escapeControl(fallback)}]`;
      const answer = await lines
        .question(`${question}${shown}: `, { signal: end.signal })
        .catch((cause: unknown) => {
          output.write('\n');
          const fix = 'Answer it, or give the answer by a flag: rota init --help names them.';
          throw new Failure('The question was not answered', { where: question, fix, cause });
        });
      return answer.trim() || (fallback ?? '');
    },
    refuse(reason) {
      output.write(`${paintFor(output)('red', `✖ ${escapeControl(reason)}`)}\n`);
    },
    close: () => lines.close(),
  };
}
