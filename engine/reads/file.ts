import { isUtf8 } from 'node:buffer';
import { Failure } from '#engine/model/failure.ts';
import { senseless } from '#engine/model/host-answers.ts';
import type { Output, PathLook, Read } from '#engine/model/read.ts';
import { Digest } from '#engine/model/state.ts';
import { requireNoNul } from '#engine/shell/quote.ts';

/** What is at a path. `mode` is four octal digits; `owner` is `user:group`, by name. */
export type FileFact =
  | { readonly type: 'absent' }
  | {
      readonly type: 'file';
      readonly mode: string;
      readonly owner: string;
      /** The size and hash of what is no text. */
      readonly content: string | Digest;
    }
  | { readonly type: 'folder'; readonly mode: string; readonly owner: string }
  | { readonly type: 'link'; readonly target: string }
  | { readonly type: 'other' };

/** What is at a path, with a file's content. Absent is only said where the folder can be looked into. */
export function fileAt(path: string): Read<FileFact> & PathLook {
  requireNoNul(path, JSON.stringify(path));
  return { key: `file ${path}`, path, parse: parseFile };
}

/** What is at a path, with the size and hash of a file, of which the content stays on the host. */
export function hashedFileAt(path: string): Read<FileFact | { readonly type: 'link' }> & PathLook {
  // sha256sum(1) writes such a name otherwise.
  if (/[\\\r\n]/.test(path)) return fileAt(path);
  return { key: `hash of ${path}`, path, isHashed: true, parse: parseHashed };
}

/** What a file holds, whatever its bytes; undefined of all else. */
export function bytesAt(path: string): Read<Buffer | undefined> & PathLook {
  const parse = (output: Output) =>
    parseFile(output).type === 'file'
      ? output.bytes.subarray(output.bytes.indexOf('\n') + 1)
      : undefined;
  return { ...fileAt(path), key: `bytes of ${path}`, parse };
}

/** The text of a file; undefined of all else. */
export function textIn(fact: FileFact | undefined): string | undefined {
  return fact?.type === 'file' && typeof fact.content === 'string' ? fact.content : undefined;
}

/** The text in which something is to change. Throws the Failure of what is none. */
export function textToEdit(there: FileFact, path: string): string {
  const text = there.type === 'absent' ? '' : textIn(there);
  if (text !== undefined) return text;
  throw new Failure('Only a text file has lines to change', {
    ran: `${path} is ${there.type === 'file' ? 'no text' : `a ${there.type}`}`,
    fix: 'Name the file itself, or write it as a whole.',
  });
}

/** Nothing that is put aside for what is wanted, or that would wait for somebody to write into it. */
export function inTheWay(path: string, wanted: string, type?: string): Failure {
  return new Failure(`Something else is where a ${wanted} should be`, {
    where: path,
    ran: type === 'other' ? 'a FIFO, a socket or a device' : type && `a ${type}`,
    fix: `Move it away on the host, or give the ${wanted} another path.`,
  });
}

/** The file under /proc/sys of a key such as `net.ipv6.ip_nonlocal_bind` (sysctlValue(8)). */
export function sysctlPath(name: string): string {
  return `/proc/sys/${name.replace(/[./]/g, (sign) => (sign === '.' ? '/' : '.'))}`;
}

/** The live value, with runs of blanks as one space. Undefined: this kernel has no such key. */
export function sysctlValue(name: string): Read<string | undefined> {
  const { path, parse } = fileAt(sysctlPath(name));
  return {
    key: `sysctl ${name}`,
    path,
    parse: (output) => textIn(parse(output))?.trim().replace(/\s+/g, ' '),
  };
}

function parseFile({ bytes, stdout }: Output): FileFact {
  const content = bytes.subarray(bytes.indexOf('\n') + 1);
  const isText = isUtf8(content) && !content.includes(0);
  return factIn(stdout, (text) => (isText ? text : Digest.of(content)));
}

/** Where a link leads to is not told. */
function parseHashed({ stdout }: Output): FileFact | { readonly type: 'link' } {
  const [, size = '', told = stdout] = /^(\d+) (.*)$/s.exec(stdout) ?? [];
  const fact = factIn(told, (hash) => new Digest(Number(size), hash));
  return fact.type === 'link' ? { type: 'link' } : fact;
}

/** The letters of inode(7) in the first digit of a mode in hex. */
const FILE = '8';
const FOLDER = '4';
const LINK = 'a';

function factIn(stdout: string, contentIn: (rest: string) => string | Digest): FileFact {
  const end = stdout.indexOf('\n');
  const head = stdout.slice(0, end);
  if (head === 'absent') return { type: 'absent' };
  const [, bits = '', owner = ''] = /^([0-9a-f]{4}) (.+:.+)$/.exec(head) ?? [];
  const rest = stdout.slice(end + 1);
  const mode = (Number.parseInt(bits, 16) & 0o7777).toString(8).padStart(4, '0');
  switch (bits[0]) {
    case FILE:
      return { type: 'file', mode, owner, content: contentIn(rest) };
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
