import { Failure } from '#engine/model/failure.ts';
import type { Scalar } from '#engine/model/state.ts';
import { type Task, task } from '#engine/model/task.ts';
import { fileAt } from '#engine/reads/file.ts';

export interface FolderOptions {
  readonly path: string;
  /** Four octal digits. */
  readonly mode?: string;
  readonly owner?: string;
}

/** A folder with its mode and owner. Missing parents are made with the usual mode, 0755. */
export function folder({ path, mode = '0755', owner = 'root:root' }: FolderOptions): Task {
  return task({
    title: path,
    desired: { type: 'folder', mode, owner },
    reads: { there: fileAt(path) },
    inspect: ({ there }) => {
      if (there.type === 'absent') return undefined;
      if (there.type !== 'folder') throw inTheWay(path, there.type);
      return { ...there };
    },
    apply: ({ observed }) => [
      {
        kind: 'folder',
        path,
        mode,
        owner,
        ...(observed === undefined ? {} : { before: asItWas(observed) }),
      },
    ],
  });
}

function asItWas({
  mode,
  owner,
}: {
  readonly mode?: Scalar | undefined;
  readonly owner?: Scalar | undefined;
}) {
  return { mode: String(mode), owner: String(owner) };
}

function inTheWay(path: string, type: string): Failure {
  return new Failure('Something else is where a folder should be', {
    where: path,
    ran: type === 'other' ? 'a FIFO, a socket or a device' : `a ${type}`,
    fix: 'Move it away on the host, or give the folder another path.',
  });
}
