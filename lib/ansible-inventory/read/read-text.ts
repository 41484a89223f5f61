import { readFile, stat } from 'node:fs/promises';
import { type Origin, startOf } from '#engine/model/host.ts';
import type { Problems } from '../problems.ts';

const LARGEST_BYTES = 16 * 1024 * 1024;
const UNPRINTABLE = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** The text of a file of the inventory; undefined, with a problem added, when it cannot be read. */
export async function readText(path: string, problems: Problems): Promise<string | undefined> {
  const start = startOf(path);
  try {
    const { size, ...found } = await kindOf(path);
    if (found.folder) {
      problems.add('The file is a folder', start, 'Name a file.');
    } else if (!found.regular) {
      problems.add('The file is not a regular file', start, 'Copy its content into a file.');
    } else if (size > LARGEST_BYTES) {
      problems.add('The file is too large', start, 'Split it: at most 16 MiB are read.');
    } else {
      return decode(await readFile(path), start, problems);
    }
  } catch (error) {
    problems.add(...reasonOf(error, path, start));
  }
  return undefined;
}

async function kindOf(path: string) {
  const found = await stat(path);
  return { size: found.size, folder: found.isDirectory(), regular: found.isFile() };
}

function decode(bytes: Buffer, start: Origin, problems: Problems): string | undefined {
  try {
    // The decoder takes a byte order mark away, which would shift the columns of the first line.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const at = text.search(UNPRINTABLE);
    if (at < 0) return text;
    const fix = 'Remove it, or write it as an escape between double quotes.';
    problems.add('The file has a control character', originIn(text, at, start), fix);
  } catch {
    problems.add('The file is not UTF-8 text', start, 'Save it as UTF-8.');
  }
  return undefined;
}

function originIn(text: string, offset: number, { file }: Origin): Origin {
  const lines = text.slice(0, offset).split('\n');
  return { file, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

/** What kept a file or folder from being read, as a problem; a bug is thrown on. */
export function reasonOf(error: unknown, path: string, start: Origin): [string, Origin, string] {
  const code = (error as NodeJS.ErrnoException).code;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return ['The file does not exist', start, `Check the path, or create it: ${path}`];
    case 'EACCES':
    case 'EPERM':
      return ['The file may not be read', start, `Let your user read it: chmod u+r ${path}`];
    case 'ELOOP':
      return ['The file is a link that leads round in circles', start, `Mend it: ls -l ${path}`];
    default:
      if (code === undefined) throw error;
      return ['The file cannot be read', start, `The system says ${code}.`];
  }
}
