import { type Task, task } from '#engine/model/task.ts';
import { fileAt } from '#engine/reads/file.ts';

export interface NoLineOptions {
  readonly path: string;
  readonly matching: RegExp;
}

/** No such line in a file of others; all else of it stays as it is. */
export function noLine({ path, matching }: NoLineOptions): Task {
  const reads = { there: fileAt(path) };
  return task({
    title: `no line ${matching.source} in ${path}`,
    reads,
    desired: ({ there }) => ({ content: there.type === 'file' ? without(there.content) : '' }),
    inspect: ({ there }) => ({ content: there.type === 'file' ? there.content : '' }),
    apply: ({ desired: { content: body }, facts: { there } }) =>
      there.type === 'file'
        ? [{ kind: 'write', path, body, mode: there.mode, owner: there.owner }]
        : [],
  });

  function without(text: string): string {
    return text
      .split('\n')
      .filter((line) => !matching.test(line))
      .join('\n');
  }
}
