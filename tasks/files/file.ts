import { Failure } from '#engine/model/failure.ts';
import type { Text } from '#engine/model/secret.ts';
import { isLarge, Pending } from '#engine/model/state.ts';
import { type Task, task } from '#engine/model/task.ts';
import { fileAt, hashedFileAt } from '#engine/reads/file.ts';

export interface FileOptions {
  readonly path: string;
  readonly body: Text | Pending;
  /** Four octal digits. */
  readonly mode?: string;
  readonly owner?: string;
  /** An sh script that gets the staged file as `$1`, and must exit 0 and print nothing. */
  readonly check?: string;
}

/** A file with its content, mode and owner, replaced by rename after its check. */
export function file(options: FileOptions): Task {
  const { path, body, mode = '0644', owner = 'root:root', check } = options;
  const text = body instanceof Pending ? body.preview : body;
  return task({
    title: path,
    desired: { type: 'file', mode, owner, content: body },
    // A secret is not read before it is needed.
    reads: { there: typeof text === 'string' && isLarge(text) ? hashedFileAt(path) : fileAt(path) },
    inspect: ({ there }) => {
      if (there.type === 'folder' || there.type === 'other') throw inTheWay(path, there.type);
      return there.type === 'absent' ? undefined : { ...there };
    },
    apply: () => [
      {
        kind: 'write',
        path,
        body: text,
        mode,
        owner,
        ...(check === undefined ? {} : { check }),
      },
    ],
  });
}

/** Nothing that is put aside for a file, or that would wait for somebody to write into it. */
function inTheWay(path: string, type: 'folder' | 'other'): Failure {
  return new Failure('Something else is where a file should be', {
    where: path,
    ran: type === 'folder' ? 'a folder' : 'a FIFO, a socket or a device',
    fix: 'Move it away on the host, or give the file another path.',
  });
}
