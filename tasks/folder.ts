import { type Task, task } from '#engine/model/task.ts';
import { file } from '#engine/reads/file.ts';
import { sh } from '#engine/shell/quote.ts';

export interface FolderOptions {
  readonly path: string;
  /** Four octal digits. */
  readonly mode?: string;
  readonly owner?: string;
}

/** A folder with its mode and owner. Missing parents are made with the usual mode, 0755. */
export function ensureFolder({ path, mode = '0755', owner = 'root:root' }: FolderOptions): Task {
  return task({
    title: path,
    desired: { type: 'folder', mode, owner },
    reads: { there: file(path) },
    inspect: ({ there }) => (there.type === 'absent' ? undefined : { ...there }),
    apply: () => [
      {
        kind: 'run',
        title: `make ${path}`,
        script: sh`mkdir -p ${path}\nchown ${owner} ${path}\nchmod ${mode} ${path}`,
      },
    ],
  });
}
