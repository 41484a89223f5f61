import { posix } from 'node:path';
import type { Command } from '#engine/model/command.ts';
import { Failure } from '#engine/model/failure.ts';
import {
  all,
  HASH,
  like,
  must,
  OWNER,
  oneOf,
  optional,
  PATH,
  type Rules,
  requireOptions,
} from '#engine/model/options.ts';
import { type Task, task } from '#engine/model/task.ts';
import { sh } from '#engine/shell/quote.ts';
import { enterFolderOf, REQUIRE_NO_MOUNT } from './absent.ts';
import { localContent, sha256Of } from './file.ts';
import { AS_UNPACKED, enterOurs, namesOf, unpackedAt } from './unpacked.ts';

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
  requireOptions(`unpack ${path}`, options, rulesFor(options));
  const sha256 =
    options.source === undefined ? options.sha256 : sha256Of(localContent(options.source));
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

function rulesFor(options: UnpackOptions): Rules<UnpackOptions> {
  const { source, archive } = options;
  const isZip = `${source ?? archive}`.endsWith('.zip');
  const isCount = (strip: unknown) =>
    Number.isInteger(strip) && Number(strip) >= 0 && !(isZip && Number(strip) > 0);
  return {
    ...{ path: PATH, owner: optional(OWNER) },
    sha256: source === undefined ? HASH : NONE,
    ...oneOf(options, 'what is unpacked', { archive: all(PATH, KIND), source: KIND }),
    strip: optional(must(isCount, 'a whole number, and none for a zip')),
  };
}

const KIND = like(/\.(tar|tar\.[gx]z|tgz|zip)$/, 'a .tar, .tar.gz, .tgz, .tar.xz or .zip file');
const NONE = must((value) => value === undefined, 'left out where there is a source');

/** The command that unpacks $archive into $new, with its owner left out. */
function extract(name: string, strip: number): string {
  if (name.endsWith('.zip')) return 'unzip -q "$archive" -d "$new"';
  const letter = name.endsWith('gz') ? 'z' : name.endsWith('xz') ? 'J' : '';
  return `tar -xo${letter}f "$archive" -C "$new"${strip > 0 ? ` --strip-components=${strip}` : ''}`;
}

function commandsFor(
  options: UnpackOptions,
  { sha256, owner }: { readonly sha256: string; readonly owner: string },
): readonly Command[] {
  const { path, source, strip = 0 } = options;
  const run: Command = {
    kind: 'run',
    title: `unpack ${path}`,
    script: `${enterOurs(path)}
${REQUIRE_NO_MOUNT}
${namesOf(path)}
archive=$mark.archive ${sh`sha256=${sha256} owner=${owner}`}
${source === undefined ? sh`cat <${options.archive} >"$archive"` : ''}
case $(sha256sum <"$archive") in "$sha256 "*) ;; *) echo "The archive is another: its hash is."; exit 1 ;; esac
rm -rf "$new" && mkdir "$new"
${extract(source ?? options.archive, strip)}
chown -hR "$owner" "$new"
( echo "$sha256"; cd "$new" && find . -type f -exec sha256sum {} + ) >"$list.new"
rm -f "$archive"
rm -rf "$before"
[ ! -e "$list" ] || cp "$list" "$mark.list"
if [ -e "$path" ]; then echo replaced; else echo new; fi >"$mark"
[ ! -e "$path" ] || mv "$path" "$before"
mv "$new" "$path" && mv "$list.new" "$list"`,
    undo: `${namesOf(path)}
[ -e "$mark" ] || exit 0
${enterFolderOf(path)}
case $(cat "$mark") in
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
      script: `${namesOf(path)}\ncat >"$mark.archive"`,
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
