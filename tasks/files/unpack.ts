import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { Command } from '#engine/model/command.ts';
import { Failure } from '#engine/model/failure.ts';
import type { Read } from '#engine/model/read.ts';
import { Digest, LocalFile } from '#engine/model/state.ts';
import { type Task, task } from '#engine/model/task.ts';
import { FOLDERS } from '#engine/shell/program-functions.ts';
import { sh } from '#engine/shell/quote.ts';
import { hashRule, ownerRule, pathRule, requireOptions } from '../refusals.ts';
import { requireNoMount } from './absent.ts';
import { localContent } from './file.ts';

export type UnpackOptions = {
  /** A folder of the archive's own. */
  readonly path: string;
  readonly owner?: string;
  /** So many folders at the beginning of each name are left out; of a tar alone. */
  readonly strip?: number;
} & (
  | {
      /** A file of the control machine. */
      readonly source: string;
      readonly archive?: never;
    }
  | {
      /** A file of the host. */
      readonly archive: string;
      /** Its own, as 64 hex digits. */
      readonly sha256: string;
      readonly source?: never;
    }
);

/** A folder with what is in an archive, and with nothing of an archive before it. */
export function unpack(options: UnpackOptions): Task {
  const { path, owner = 'root:root' } = options;
  const name = options.source ?? options.archive;
  requireOptions(`unpack ${path}`, [
    ...[pathRule(path), ownerRule(owner), ...rulesOf(options)],
    [
      options.source === undefined ? 'archive' : 'source',
      extract(name, 0) !== undefined,
      `a ${KINDS} file`,
    ],
  ]);
  const sha256 = options.source === undefined ? options.sha256 : hashOf(options.source);
  return task({
    title: path,
    desired: { archive: sha256, files: AS_UNPACKED },
    reads: { there: unpackedAt(path) },
    inspect: ({ there }) => {
      if (there === 'others') throw notOurs(path);
      if (there === 'shared') throw shared(path);
      return there === 'absent' ? undefined : there;
    },
    apply: () => commandsFor(options, { sha256, owner }),
  });
}

const AS_UNPACKED = 'as unpacked';
const KINDS = '.tar, .tar.gz, .tgz, .tar.xz or .zip';

function rulesOf(options: UnpackOptions) {
  const { strip = 0 } = options;
  const isZip = (options.source ?? options.archive).endsWith('.zip');
  return [
    ...(options.source === undefined
      ? [hashRule(options.sha256), pathRule(options.archive, 'archive')]
      : []),
    [
      'strip',
      Number.isInteger(strip) && strip >= 0 && !(isZip && strip > 0),
      'a whole number, and none for a zip',
    ] as const,
  ];
}

/** The command that unpacks $archive into $new, with its owner left out. */
function extract(name: string, strip: number): string | undefined {
  if (name.endsWith('.zip')) return 'unzip -q "$archive" -d "$new"';
  const letter = { '.tar': '', '.tar.gz': 'z', '.tgz': 'z', '.tar.xz': 'J' }[
    /\.(tar(\.[gx]z)?|tgz)$/.exec(name)?.[0] ?? 'none'
  ];
  if (letter === undefined) return undefined;
  return `tar -xo${letter}f "$archive" -C "$new"${strip > 0 ? ` --strip-components=${strip}` : ''}`;
}

function hashOf(source: string): string {
  const content = localContent(source);
  return content instanceof LocalFile ? content.sha256 : Digest.of(content).sha256;
}

type Unpacked =
  | 'absent'
  | 'others'
  | 'shared'
  | { readonly archive: string; readonly files: string };

/** What is in the folder by the hashes of when it was unpacked, which the host keeps. */
function unpackedAt(path: string): Read<Unpacked> {
  return {
    key: `unpacked ${path}`,
    script: `${FOLDERS}
${names(path)}
${sh`set -- $(stat -Lc '%u %a' ${posix.dirname(path)})`} || exit
case $1-$2 in
  "$user"-*[2367]? | "$user"-*[2367] | 0-*[2367]? | 0-*[2367]) echo shared; exit ;;
  "$user"-* | 0-*) ;;
  *) echo shared; exit ;;
esac
${sh`if [ ! -e ${path} ] && [ ! -L ${path} ]`}; then echo absent
elif [ ! -e "$list" ] || ${sh`[ ! -d ${path} ]`}; then echo others
else
  read -r archive <"$list" && echo "$archive" && ${sh`cd ${path}`} &&
    sed 1d "$list" | sha256sum -c 2>/dev/null | sed -n 's/: FAILED.*//p' | head -n 21
fi`,
    parse: ({ stdout }) => {
      const [first = '', ...others] = stdout.trim().split('\n');
      if (first === 'absent' || first === 'others' || first === 'shared') return first;
      const shown = others.slice(0, 20).join(', ');
      const files =
        shown === '' ? AS_UNPACKED : `otherwise: ${shown}${others.length > 20 ? ' and more' : ''}`;
      return { archive: first, files };
    },
  };
}

/** Beside the folder: what is being unpacked, and what was there before. With rota: the hashes. */
function names(path: string): string {
  const [folder, name] = [posix.dirname(path), posix.basename(path)];
  const key = createHash('sha256').update(path).digest('hex').slice(0, 16);
  return sh`path=${path} new=${`${folder}/.${name}.rota-new`} before=${`${folder}/.${name}.rota-before`}
list=\${runs%/*}/unpacked-${key} mark=\${run-}/unpacked-${key}`;
}

function commandsFor(
  options: UnpackOptions,
  { sha256, owner }: { readonly sha256: string; readonly owner: string },
): readonly Command[] {
  const { path, source, strip = 0 } = options;
  const archive = source === undefined ? sh`${options.archive}` : '$mark.archive';
  const run: Command = {
    kind: 'run',
    title: `unpack ${path}`,
    script: `${requireNoMount(path)}
${names(path)}
archive=${archive} ${sh`sha256=${sha256} owner=${owner}`}
case $(sha256sum <"$archive") in "$sha256 "*) ;; *) echo "The archive is another: its hash is."; exit 1 ;; esac
rm -rf "$new" && mkdir "$new"
${extract(source ?? archive, strip)}
chown -hR "$owner" "$new"
{ echo "$sha256"; cd "$new" && find . -type f -exec sha256sum {} +; } >"$list.new"
rm -f "$mark.archive"
rm -rf "$before"
[ ! -e "$list" ] || cp "$list" "$mark.list"
if [ -e "$path" ]; then echo replaced; else echo new; fi >"$mark"
[ ! -e "$path" ] || mv "$path" "$before"
mv "$new" "$path" && mv "$list.new" "$list"`,
    undo: `${names(path)}
case $(cat "$mark" 2>/dev/null) in
  new) rm -rf "$path" "$list" ;;
  replaced)
    [ ! -e "$before" ] || { rm -rf "$path" && mv "$before" "$path"; }
    [ ! -e "$mark.list" ] || cp "$mark.list" "$list" ;;
esac`,
  };
  if (source === undefined) return [run];
  return [
    {
      kind: 'feed',
      title: `send ${posix.basename(source)}`,
      source,
      script: `${names(path)}\ncat >"$mark.archive"`,
    },
    run,
  ];
}

function shared(path: string): Failure {
  return new Failure(
    'An archive is only unpacked where nobody else can exchange what is unpacked',
    {
      where: path,
      fix: 'Unpack into a folder of root’s that others cannot write into, and make a link to it.',
    },
  );
}

function notOurs(path: string): Failure {
  return new Failure('A folder that nothing was unpacked into is where an archive should be', {
    where: path,
    fix: 'Move it away on the host, or unpack into a folder of the archive’s own.',
  });
}
