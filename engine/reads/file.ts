import { senseless } from '#engine/model/host-answers.ts';
import type { Output, Read } from '#engine/model/read.ts';
import { quote } from '#engine/shell/quote.ts';

/** What is at a path. `mode` is four octal digits; `owner` is `user:group`, by name. */
export type FileFact =
  | { readonly type: 'absent' }
  | {
      readonly type: 'file';
      readonly mode: string;
      readonly owner: string;
      readonly content: string;
    }
  | { readonly type: 'folder'; readonly mode: string; readonly owner: string }
  | { readonly type: 'link'; readonly target: string }
  | { readonly type: 'other' };

/** The stat format is shared by coreutils and busybox. */
const LOOK = `if [ -L "$path" ]; then printf 'link\\n'; readlink "$path"
elif [ -f "$path" ]; then
  # Below a folder of another user it can be a FIFO by now.
  limit='' above=$path
  while [ -n "$above" ] && [ -z "$limit" ]; do
    above=\${above%/*}
    if [ -L "$above" ] || [ ! -O "$above/" ]; then limit='timeout 30'; fi
  done
  stat -c 'file %a %U:%G' "$path" && $limit cat "$path"
elif [ -d "$path" ]; then stat -c 'folder %a %U:%G' "$path"
elif [ -e "$path" ]; then echo other
else
  parent=$path
  while [ ! -e "$parent" ]; do case $parent in /*/*) parent=\${parent%/*} ;; *) parent=/ ;; esac; done
  [ -x "$parent" ] || { echo "no permission to look into $parent" >&2; exit 1; }
  echo absent
fi`;

/**
 * What is at a path, with a file's content. Content that is no UTF-8 comes with U+FFFD in it, and so
 * differs from all that a template gives. Absent is only said where the folder can be looked into.
 */
export function fileAt(path: string): Read<FileFact> {
  return { key: `file ${path}`, script: `path=${quote(path)}\n${LOOK}`, parse: parseFile };
}

function parseFile({ stdout }: Output): FileFact {
  const end = stdout.indexOf('\n');
  const [type, mode = '', owner = ''] = stdout.slice(0, end).split(' ');
  const rest = stdout.slice(end + 1);
  switch (type) {
    case 'file':
      return { type, mode: mode.padStart(4, '0'), owner, content: rest };
    case 'folder':
      return { type, mode: mode.padStart(4, '0'), owner };
    case 'link':
      return { type, target: rest.trimEnd() };
    case 'absent':
    case 'other':
      return { type };
    default:
      throw senseless(stdout);
  }
}
