import { type Task, task } from '#engine/model/task.ts';
import { fileAt } from '#engine/reads/file.ts';
import { sh } from '#engine/shell/quote.ts';

/** No file or link at a path. */
export function noFile(path: string): Task {
  return task({
    title: `no ${path}`,
    desired: { type: 'absent' },
    reads: { there: fileAt(path) },
    inspect: ({ there }) => ({ type: there.type }),
    apply: () => [{ kind: 'remove', path }],
  });
}

/** No folder at a path, unless somebody has put something else into it than `but`, by name. */
export function noEmptyFolder(path: string, but: readonly string[]): Task {
  return task({
    title: `no ${path}`,
    desired: { isEmpty: false },
    reads: { isEmpty: emptiness(path, but) },
    inspect: ({ isEmpty }) => ({ isEmpty }),
    apply: () => [{ kind: 'run', title: `remove ${path}`, script: sh`rmdir ${path}` }],
  });
}

function emptiness(path: string, but: readonly string[]) {
  const others = sh`ls -A ${path} | grep -vxF -e '' ${but.flatMap((name) => ['-e', name])} | grep -q .`;
  return {
    key: `empty ${path} but ${but.join(' ')}`,
    script: `${sh`if [ ! -d ${path} ] || [ -L ${path} ]`} || ${others}; then echo kept; else echo empty; fi`,
    parse: ({ stdout }: { readonly stdout: string }) => stdout.trim() === 'empty',
  };
}
