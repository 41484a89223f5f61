import type { RunCommand } from '#engine/model/command.ts';
import {
  all,
  having,
  MODE,
  must,
  OWNER,
  optional,
  PATH,
  PLAIN,
  requireOptions,
} from '#engine/model/options.ts';
import type { Read } from '#engine/model/read.ts';
import { type Task, task } from '#engine/model/task.ts';
import { fileAt, inTheWay } from '#engine/reads/file.ts';
import { sh } from '#engine/shell/quote.ts';
import { keyOf } from './absent.ts';

/** What is left out stays as it is. */
export interface Inside {
  readonly owner?: string;
  /** Four octal digits. */
  readonly fileMode?: string;
  /** Four octal digits. */
  readonly folderMode?: string;
}

export interface FolderOptions {
  readonly path: string;
  /** Four octal digits. */
  readonly mode?: string;
  readonly owner?: string;
  /** How all that is in it is to be, at any depth, links and other file systems aside. */
  readonly inside?: Inside;
}

/** A folder with its mode and owner. Missing parents are made with the usual mode, 0755. */
export function folder(options: FolderOptions): Task {
  const { path, mode = '0755', owner = 'root:root', inside } = options;
  requireOptions(`folder ${path}`, options, {
    path: inside === undefined ? PLAIN : PATH,
    ...{ mode: optional(MODE), owner: optional(OWNER), inside: optional(INSIDE) },
  });
  return task({
    title: path,
    desired: { type: 'folder', mode, owner, ...(inside === undefined ? {} : { inside: ALL }) },
    reads: {
      there: fileAt(path),
      others: inside === undefined ? nothingInside(path) : insideRead(path, inside),
    },
    inspect: ({ there, others }) => {
      if (there.type === 'absent') return undefined;
      if (there.type !== 'folder') throw inTheWay(path, 'folder', there.type);
      return { ...there, inside: others ?? ALL };
    },
    apply: ({ observed: was, fields }) => [
      {
        ...{ kind: 'folder', path, mode, owner },
        ...(was && { before: { mode: `${was.mode}`, owner: `${was.owner}` } }),
      },
      ...(inside !== undefined && was !== undefined && fields.some(({ name }) => name === 'inside')
        ? [changeInside(path, inside)]
        : []),
    ],
  });
}

const ALL = 'all as it should be';

const INSIDE = all(
  must((value) => Object.keys(Object(value)).length > 0, 'an owner, a fileMode or a folderMode'),
  having<Inside>({ owner: optional(OWNER), fileMode: optional(MODE), folderMode: optional(MODE) }),
);

/** What of all that is in a folder is otherwise, with some of the names; undefined: nothing is. */
function insideRead(path: string, inside: Inside): Read<string | undefined> {
  return {
    key: `inside ${path} ${JSON.stringify(inside)}`,
    script: `${sh`[ -d ${path} ] && [ ! -L ${path} ]`} || exit 0
{ ${found(path, inside)} || echo ...; } 2>/dev/null | head -n ${MOST_NAMES + 1}`,
    parse: ({ stdout }) => {
      const names = stdout.split('\n').filter(Boolean);
      return otherwise(names.map((name) => name.replace(`${path}/`, '')));
    },
  };
}

/** So many names tell what differs. */
export const MOST_NAMES = 20;

/** What is told of names, one more than are shown among them where there are more; undefined where there is none. */
export function otherwise(names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const more = names.length > MOST_NAMES ? ' and more' : '';
  return `otherwise: ${names.slice(0, MOST_NAMES).join(', ')}${more}`;
}

/** Asks nothing of it. */
function nothingInside(path: string): Read<undefined> {
  return { ...fileAt(path), key: `nothing inside ${path}`, parse: () => undefined };
}

/** Gives all of it its owner and modes. What it had is kept for the undo. */
export function changeInside(path: string, inside: Inside): RunCommand {
  const { owner = '', fileMode = '', folderMode = '' } = inside;
  const kept = sh`kept=$run/inside-${keyOf(path)}`;
  const change = (what: string, how: string) =>
    `find ${sh`${path}`} -xdev -mindepth 1 -depth ${ONE_LINE} ${what} ${how}`;
  return {
    kind: 'run',
    title: `owner and modes in ${path}`,
    script: [
      `${kept}\n[ -e "$kept" ] || { ${found(path, inside, `-exec stat -c '%a %u:%g %n' {} +`)} >"$kept.part" && sync && mv "$kept.part" "$kept" && sync; }`,
      ...(owner === '' ? [] : [change(otherOwner(owner), sh`-exec chown -h ${owner} {} +`)]),
      ...(fileMode === ''
        ? []
        : [change(sh`-type f ! -perm ${fileMode}`, sh`-exec chmod ${fileMode} {} +`)]),
      ...(folderMode === ''
        ? []
        : [change(sh`-type d ! -perm ${folderMode}`, sh`-exec chmod ${`0${folderMode}`} {} +`)]),
    ].join('\n'),
    undo: `${kept} left=
[ -e "$kept" ] || exit 0
give_back() {
  split_path "$3"
  [ -d "$folder/" ] || return 0
  enter "$folder" || return
  [ ! -e "./$name" ] || [ -L "./$name" ] || { chown -h "$2" "./$name" && chmod "00$1" "./$name"; }
}
while IFS= read -r line; do
  rest=\${line#* }
  ( give_back "\${line%% *}" "\${rest%% *}" "\${rest#* }" ) || left=yes
done <"$kept"
[ -z "$left" ]`,
  };
}

/** What is kept of them has a line each: who may give names must not write a second one. */
const ONE_LINE = sh`! -path ${'*\n*'}`;

/** A find(1) of all that is otherwise than wanted. */
function found(path: string, { owner, fileMode, folderMode }: Inside, action = '-print'): string {
  const kinds = [
    ...(owner === undefined ? [] : [otherOwner(owner)]),
    ...(fileMode === undefined ? [] : [sh`-type f ! -perm ${fileMode}`]),
    ...(folderMode === undefined ? [] : [sh`-type d ! -perm ${folderMode}`]),
  ];
  return `find ${sh`${path}`} -xdev -mindepth 1 ${ONE_LINE} \\( ${kinds.join(' -o ')} \\) ${action}`;
}

function otherOwner(owner: string): string {
  const [user = '', group = ''] = owner.split(':');
  return sh`! -type l ! \\( -user ${user} -group ${group} \\)`;
}
