import { readdir, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Origin, startOf } from '#engine/model/host.ts';
import type { Problems } from '../problems.ts';

const DEEPEST = 20;
const MOST_FILES = 10_000;

export type Kind = 'file' | 'folder';

/** The files below a folder that count, in the order of their names, a folder's where its own sorts. */
export async function filesBelow(
  folder: string,
  counts: (name: string, kind: Kind) => boolean,
  problems: Problems,
): Promise<readonly string[]> {
  const files: string[] = [];
  const pending: Place[] = [{ path: folder, kind: 'folder', depth: 0 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { path, kind, depth } = next;
    if (kind === 'file') {
      files.push(path);
      continue;
    }
    // A link back to a parent would go on for ever.
    if (depth > DEEPEST || files.length > MOST_FILES) {
      problems.add('The folder is too large', startOf(folder), TOO_LARGE);
      return [];
    }
    const children = await Promise.all(
      [...(await entriesOf(path, problems))].sort().map(async (name) => {
        const full = join(path, name);
        if (!counts(name, 'file') && !counts(name, 'folder')) return [];
        const found = await kindOf(full, problems);
        return found && counts(name, found) ? [{ path: full, kind: found, depth: depth + 1 }] : [];
      }),
    );
    pending.push(...children.flat().reverse());
  }
  return files;
}

const TOO_LARGE = `At most ${DEEPEST} levels and ${MOST_FILES} files are read: look for a link that leads back.`;

interface Place {
  readonly path: string;
  readonly kind: Kind;
  readonly depth: number;
}

/** The names in a folder, none where there is no folder; a file in its place is a problem. */
export async function entriesOf(path: string, problems: Problems): Promise<readonly string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTDIR') {
      const fix = 'Make it a folder with one file per name, or rename it.';
      problems.add('A file stands where a folder of variables belongs', startOf(path), fix);
    } else if (code !== 'ENOENT') {
      problems.add(...reasonOf(error, path));
    }
    return [];
  }
}

/** Undefined, with a problem added, for what is not there or cannot be looked at. */
export async function kindOf(path: string, problems: Problems): Promise<Kind | undefined> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    problems.add(...reasonOf(error, path));
    return undefined;
  }
}

const LARGEST_BYTES = 16 * 1024 * 1024;
const UNPRINTABLE = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** The text of a file of the inventory; undefined, with a problem added, when it cannot be read. */
export async function textOfFile(path: string, problems: Problems): Promise<string | undefined> {
  const start = startOf(path);
  try {
    const found = await stat(path);
    if (found.isDirectory()) {
      problems.add('The file is a folder', start, 'Name a file.');
    } else if (!found.isFile()) {
      problems.add('The file is not a regular file', start, 'Copy its content into a file.');
    } else if (found.size > LARGEST_BYTES) {
      problems.add('The file is too large', start, 'Split it: at most 16 MiB are read.');
    } else {
      return decode(await readFile(path), start, problems);
    }
  } catch (error) {
    problems.add(...reasonOf(error, path));
  }
  return undefined;
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
function reasonOf(error: unknown, path: string): [string, Origin, string] {
  const start = startOf(path);
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

/** What Ansible passes over in a folder of inventories (inventory/manager.py, INVENTORY_IGNORE_EXTS), and rota's defaults. */
const IGNORED =
  /^\.|^(?:host_vars|group_vars|vars_plugins|rota\.yaml)$|(?:~|\.(?:pyc|pyo|swp|bak|rpm|md|txt|rst|orig|ini|cfg|retry))$/;

/** The files of a source: itself, or for a folder those in it and below, in ASCII order. */
export async function sourceFiles(path: string, problems: Problems): Promise<readonly string[]> {
  const kind = await kindOf(path, problems);
  if (kind !== 'folder') return kind === undefined ? [] : [path];
  const files = await filesBelow(path, (name) => !IGNORED.test(name), problems);
  if (files.length > 0) return files;
  const fix =
    'Put an inventory into it, such as hosts.yaml; *.ini, *.cfg, *.md and *.txt are passed over.';
  problems.add('The folder has no inventory', startOf(path), fix);
  return [];
}

/** The absolute path: `~` is the user's home, a relative one starts at the working directory. */
export function expandPath(path: string): string {
  return resolve(path.replace(/^~(?=\/|$)/, () => homedir()));
}
