import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { startOf } from '#engine/model/host.ts';
import type { Problems } from '../problems.ts';
import { reasonOf } from './read-text.ts';

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
      problems.add(...reasonOf(error, path, startOf(path)));
    }
    return [];
  }
}

/** Undefined, with a problem added, for what is not there or cannot be looked at. */
export async function kindOf(path: string, problems: Problems): Promise<Kind | undefined> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    problems.add(...reasonOf(error, path, startOf(path)));
    return undefined;
  }
}
