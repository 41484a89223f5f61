import type { Scalar } from '#engine/model/state.ts';
import { type Task, task } from '#engine/model/task.ts';
import { fileAt } from '#engine/reads/file.ts';
import { sh } from '#engine/shell/quote.ts';

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
    inspect: ({ there }) => (there.type === 'absent' ? undefined : { ...there }),
    apply: ({ observed }) => [
      {
        kind: 'run',
        title: `make ${path}`,
        script: `${sh`mkdir -p ${path}`}\n${own(path, owner, mode)}`,
        undo: undo(path, observed),
      },
    ],
  });
}

function own(path: string, owner: string, mode: string): string {
  return sh`chown ${owner} ${path}\nchmod ${mode} ${path}`;
}

interface Before {
  readonly owner?: Scalar | undefined;
  readonly mode?: Scalar | undefined;
}

/** One that was not there is taken away, unless something of others is in it by now. */
function undo(path: string, { owner, mode }: Before = {}): string {
  return typeof owner === 'string' && typeof mode === 'string'
    ? own(path, owner, mode)
    : sh`[ ! -d ${path} ] || rmdir ${path} 2>/dev/null || true`;
}
