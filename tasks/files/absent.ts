import { createHash } from 'node:crypto';
import { Failure } from '#engine/model/failure.ts';
import {
  all,
  BOOLEAN,
  each,
  must,
  optional,
  PATH,
  PLAIN,
  refuse,
  requireOptions,
} from '#engine/model/options.ts';
import type { Read } from '#engine/model/read.ts';
import { type Task, task } from '#engine/model/task.ts';
import { fileAt } from '#engine/reads/file.ts';
import { sh } from '#engine/shell/quote.ts';

export interface AbsentOptions {
  readonly path: string;
  /** A folder goes, too, with all that is in it. */
  readonly tree?: boolean;
}

/** Nothing at a path. */
export function absent(options: AbsentOptions): Task {
  const { path, tree = false } = options;
  requireOptions(`absent ${path}`, options, {
    path: tree ? all(PATH, IS_DEEP) : PLAIN,
    tree: optional(BOOLEAN),
  });
  return tree ? noTree(path) : noFile(path);
}

const IS_DEEP = must(
  (path) => `${path}`.split('/').length > 2,
  'one of two names at least, such as /srv/old',
);

/** No folder at a path, unless somebody has put something else into it than `but`, by name. */
export function noEmptyFolder(path: string, but: readonly string[]): Task {
  refuse(`no ${path}`, [...PATH(path, 'path'), ...each(PLAIN)(but, 'but')]);
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

function noFile(path: string): Task {
  return task({
    title: `no ${path}`,
    desired: { type: 'absent' },
    reads: { there: fileAt(path) },
    inspect: ({ there }) => {
      if (there.type === 'folder') throw isFolder(path);
      return { type: there.type };
    },
    apply: () => [{ kind: 'remove', path }],
  });
}

function noTree(path: string): Task {
  return task({
    title: `no ${path}`,
    desired: { type: 'absent' },
    reads: { there: treeAt(path) },
    inspect: ({ there: { what, kb } }) => {
      if (kb > MOST_KEPT_KB) throw tooLarge(path, kb);
      return { type: what };
    },
    apply: ({ observed }) =>
      observed?.type === 'file' || observed?.type === 'link'
        ? [{ kind: 'remove', path }]
        : [
            {
              kind: 'run',
              title: `remove ${path}`,
              script: `${enterFolderOf(path)}\n${REQUIRE_NO_MOUNT}\n${keepTree(path)}\nrm -rf "./$name"`,
              undo: putTreeBack(path),
            },
          ],
  });
}

interface Contents {
  readonly what: string;
  readonly kb: number;
}

/** What is there, and how much it is with all that is in it. */
function treeAt(path: string): Read<Contents> {
  return {
    key: `tree ${path}`,
    script: sh`if [ -L ${path} ]; then echo 0 link
elif [ -d ${path} ]; then
  size=$(du -skx ${path}) && entries=$(find ${path} -xdev | wc -l) || exit
  echo "\${size%%[!0-9]*} folder with $((entries - 1)) entries"
elif [ -e ${path} ]; then echo 0 file
else echo 0 absent; fi`,
    parse: ({ stdout }) => {
      const [, kb = '', what = ''] = /^(\d+) (.*)$/m.exec(stdout) ?? [];
      return { what: Number(kb) > 0 ? `${what}, ${kb} KB` : what, kb: Number(kb) };
    },
  };
}

function isFolder(path: string): Failure {
  return new Failure('A folder is where only a file or a link may be removed', {
    where: path,
    fix: 'Say tree: true, and it goes with all that is in it.',
  });
}

function tooLarge(path: string, kb: number): Failure {
  return new Failure('A tree is too large to be kept for an undo', {
    where: path,
    ran: `${Math.round(kb / 1024)} MB; ${MOST_KEPT_KB / 1024} MB at most`,
    fix: 'Remove what is large in it by hand, and run again.',
  });
}

/** What a host keeps of one tree for an undo, at most. */
const MOST_KEPT_KB = 64 * 1024;

/**
 * Keeps what is at a path, whole, among what the run keeps on its host, of which the folder is in $run
 * there: what comes first counts.
 */
function keepTree(path: string): string {
  return `${keptName(path)}
[ -e "$kept" ] || [ -e "$kept.none" ] || if [ -e "./$name" ]; then
  ${sh`[ "$(du -skx "./$name" | sed 's/[^0-9].*//')" -le ${MOST_KEPT_KB} ]`} || { echo ${sh`${`${path} has more than ${MOST_KEPT_KB / 1024} MB, which is not kept for an undo.`}`}; exit 1; }
  rm -rf "$kept.part"
  cp -pPR "./$name" "$kept.part" && sync && mv "$kept.part" "$kept" && sync
else : >"$kept.none"; fi`;
}

/** Undoes all that was done to the path since: nothing, where nothing was kept. What a cut-off undo has staged goes. */
function putTreeBack(path: string): string {
  return `${keptName(path)}
${sh`split_path ${path}`}
if [ -e "$kept.none" ]; then
  [ ! -d "$folder/" ] || { enter "$folder" && rm -rf "./$name"; }
elif [ -e "$kept" ]; then
  make_way "$folder" || exit
  [ ! -e "$kept.mark" ] || { read -r mark <"$kept.mark" && rm -rf "./.$mark"; }
  read -r mark </proc/sys/kernel/random/uuid && echo "$mark" >"$kept.mark" || exit
  copy_tree() { cp -pPR "$kept" "./$name" && rm -rf "../$name"; }
  replace copy_tree
fi`;
}

/** Nobody leads elsewhere from then on what is done to `./$name`: see places.sh. Ends the script where somebody has. */
export function enterFolderOf(path: string): string {
  return `${sh`split_path ${path}`}\nenter "$folder" || exit 1`;
}

/** Ends the script where another file system is mounted at ./$name or below it: nobody means that, too. */
export const REQUIRE_NO_MOUNT = `told=$(printf '%s\n' "\${place%/}/$name" | sed 's/\\\\/\\\\134/g; s/ /\\\\040/g; s/\t/\\\\011/g')
while read -r _ mount _; do
  case $mount in "$told" | "$told"/*) printf '%s is mounted there.\\n' "$mount"; exit 1 ;; esac
done </proc/self/mounts`;

function keptName(path: string): string {
  return sh`kept=$run/tree-${keyOf(path)}`;
}

/** What stands for a path in the name of a file that a host keeps. */
export function keyOf(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 16);
}
