import { senseless } from '#engine/model/host-answers.ts';
import type { Output, PathLook, Read } from '#engine/model/read.ts';
import { requireNoNul } from '#engine/shell/quote.ts';

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

/**
 * What is at a path, with a file's content. Content that is no UTF-8 comes with U+FFFD in it, and so
 * differs from all that a template gives. Absent is only said where the folder can be looked into.
 */
export function fileAt(path: string): Read<FileFact> & PathLook {
  requireNoNul(path, JSON.stringify(path));
  return { key: `file ${path}`, path, parse: parseFile };
}

/** The letters of inode(7) in the first digit of a mode in hex. */
const FILE = '8';
const FOLDER = '4';
const LINK = 'a';

function parseFile({ stdout }: Output): FileFact {
  const end = stdout.indexOf('\n');
  const head = stdout.slice(0, end);
  if (head === 'absent') return { type: 'absent' };
  const [, bits = '', owner = ''] = /^([0-9a-f]{4}) (.+:.+)$/.exec(head) ?? [];
  const rest = stdout.slice(end + 1);
  const mode = (Number.parseInt(bits, 16) & 0o7777).toString(8).padStart(4, '0');
  switch (bits[0]) {
    case FILE:
      return { type: 'file', mode, owner, content: rest };
    case FOLDER:
      return { type: 'folder', mode, owner };
    case LINK:
      return { type: 'link', target: rest.trimEnd() };
    case undefined:
      throw senseless(stdout);
    default:
      return { type: 'other' };
  }
}
