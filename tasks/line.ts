import { Failure } from '#engine/model/failure.ts';
import { type Task, task } from '#engine/model/task.ts';
import { type FileFact, fileAt } from '#engine/reads/file.ts';

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
    desired: ({ there }) => ({ content: withLine(textOf(there, path), wanted, insteadOf) }),
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

function textOf(there: FileFact, path: string): string {
  if (there.type === 'absent') return '';
  // What is no UTF-8 was read with U+FFFD in it, and would be written so.
  if (there.type === 'file' && !there.content.includes('\uFFFD')) return there.content;
  throw new Failure('A line can only be put into a text file', {
    ran: `${path} is ${there.type === 'file' ? 'no UTF-8' : `a ${there.type}`}`,
    fix: 'Name the file itself, or write it as a whole.',
  });
}
