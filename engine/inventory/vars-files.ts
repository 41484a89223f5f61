import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Origin } from '#engine/model/host.ts';
import type { Problems } from './problems.ts';
import { reasonOf } from './read-text.ts';

const EXTENSIONS = ['', '.yml', '.yaml', '.json'];
const DEEPEST = 20;
const MOST_FILES = 10_000;

/** A `group_vars` or `host_vars` folder: which files belong to a name, in order of precedence. */
export interface VarsFolder {
  filesOf(name: string): Promise<readonly string[]>;
}

/** Opens the folder, which need not exist; a file in its place is a problem. */
export async function openVarsFolder(path: string, problems: Problems): Promise<VarsFolder> {
  const entries = new Set(await entriesOf(path, problems));
  return {
    async filesOf(name) {
      // The first that exists hides the others: a folder before .yml before .yaml before .json.
      const found = EXTENSIONS.map((extension) => name + extension).find((each) =>
        entries.has(each),
      );
      if (found === undefined) return [];
      const full = join(path, found);
      return (await kindOf(full, problems)) === 'folder' ? filesBelow(full, problems) : [full];
    },
  };
}

async function entriesOf(path: string, problems: Problems): Promise<readonly string[]> {
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

/** Files in the order of their names, those of a folder where its own name sorts. */
async function filesBelow(folder: string, problems: Problems): Promise<readonly string[]> {
  const files: string[] = [];
  const pending = [{ path: folder, depth: 0 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { path, depth } = next;
    const kind = await kindOf(path, problems);
    if (kind === 'file') files.push(path);
    if (kind !== 'folder') continue;
    // A link back to a parent would go on for ever.
    if (depth > DEEPEST || files.length > MOST_FILES) {
      problems.add('The folder of variables is too large', startOf(folder), TOO_LARGE);
      return [];
    }
    const names = (await entriesOf(path, problems)).filter(counts).sort().reverse();
    const children = await Promise.all(names.map((name) => child(path, name, problems)));
    pending.push(...children.flat().map((each) => ({ path: each, depth: depth + 1 })));
  }
  return files;
}

const TOO_LARGE = `At most ${DEEPEST} levels and ${MOST_FILES} files are read: look for a link that leads back.`;

function counts(name: string): boolean {
  return !name.startsWith('.') && !name.endsWith('~') && EXTENSIONS.includes(extname(name));
}

/** A folder whose name has an extension, such as `old.yml/`, does not count. */
async function child(path: string, name: string, problems: Problems): Promise<readonly string[]> {
  const full = join(path, name);
  const kind = extname(name) === '' ? 'any' : await kindOf(full, problems);
  return kind === 'folder' ? [] : [full];
}

async function kindOf(path: string, problems: Problems): Promise<'file' | 'folder' | undefined> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    problems.add(...reasonOf(error, path, startOf(path)));
    return undefined;
  }
}

function startOf(path: string): Origin {
  return { file: path, line: 1, column: 1 };
}
