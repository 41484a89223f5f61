import { extname, join } from 'node:path';
import type { Problems } from '../problems.ts';
import { entriesOf, filesBelow, type Kind, kindOf } from './files-below.ts';

const EXTENSIONS = ['', '.yml', '.yaml', '.json'];

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
      const kind = await kindOf(full, problems);
      return kind === 'folder' ? filesBelow(full, counts, problems) : [full];
    },
  };
}

/** A folder whose name has an extension, such as `old.yml/`, does not count. */
function counts(name: string, kind: Kind): boolean {
  if (name.startsWith('.') || name.endsWith('~')) return false;
  return kind === 'folder' ? extname(name) === '' : EXTENSIONS.includes(extname(name));
}
