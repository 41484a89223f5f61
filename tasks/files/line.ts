import { Failure } from '#engine/model/failure.ts';
import { type Task, task } from '#engine/model/task.ts';
import { type FileFact, fileAt, textIn } from '#engine/reads/file.ts';

export interface LineOptions {
  readonly path: string;
  /** Without its line end. */
  readonly line: string;
  /** Of the lines that this matches the last one is replaced, where the line is not there yet. */
  readonly insteadOf?: RegExp;
}

/**
 * A line in a file that others write, too: all else of the file, its mode and its owner stay. The file
 * as a whole is what is wanted, so that a plan shows the change, and that what somebody else has
 * written meanwhile is drift. A file that is not there is made.
 */
export function line({ path, line: wanted, insteadOf }: LineOptions): Task {
  return task({
    title: `line ${wanted} in ${path}`,
    reads: { there: fileAt(path) },
    desired: ({ there }) => ({ content: withLine(textToEdit(there, path), wanted, insteadOf) }),
    inspect: ({ there }) => ({ content: there.type === 'file' ? there.content : undefined }),
    apply: ({ desired: { content: body }, facts: { there } }) => {
      const { mode, owner } = there.type === 'file' ? there : { mode: '0644', owner: 'root:root' };
      return [{ kind: 'write', path, body, mode, owner }];
    },
  });
}

function withLine(text: string, line: string, insteadOf: RegExp | undefined): string {
  const lines = text.replace(/\n$/, '').split('\n');
  if (lines.includes(line)) return text;
  const at = insteadOf === undefined ? -1 : lines.findLastIndex((each) => insteadOf.test(each));
  if (at >= 0) return `${lines.with(at, line).join('\n')}\n`;
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`;
}

/** The text in which lines are to change. Throws the Failure of what is none. */
export function textToEdit(there: FileFact, path: string): string {
  const text = there.type === 'absent' ? '' : textIn(there);
  if (text !== undefined) return text;
  throw new Failure('Only a text file has lines to change', {
    ran: `${path} is ${there.type === 'file' ? 'no text' : `a ${there.type}`}`,
    fix: 'Name the file itself, or write it as a whole.',
  });
}
