import { extname, join } from 'node:path';
import { type GroupTable, setVariable, type Variables } from '../groups/group-table.ts';
import type { Problems } from '../problems.ts';
import { concealVariables } from '../secrets/conceal.ts';
import { entriesOf, filesBelow, type Kind, kindOf } from './files.ts';
import type { Findings } from './parse-yaml.ts';
import { readTree } from './read-tree.ts';
import { describe, type Entry, isNull } from './tree.ts';

/** Files are open meanwhile, of which a process may have few. */
const AT_ONCE = 32;

/** What `group_vars` and `host_vars` in a folder say, by name of group and of host. */
export interface FolderVariables {
  readonly groups: ReadonlyMap<string, Variables>;
  readonly hosts: ReadonlyMap<string, Variables>;
}

/** Reads `group_vars` and `host_vars` in a folder, for the groups and hosts of the inventory. */
export async function readFolder(
  path: string,
  table: GroupTable,
  findings: Findings,
): Promise<FolderVariables> {
  const folder = (name: string) => openVarsFolder(join(path, name), findings.problems);
  const hostNames = [...table.hosts.keys(), 'localhost'];
  return {
    groups: await readAll(await folder('group_vars'), [...table.groups.keys()], findings),
    hosts: await readAll(await folder('host_vars'), hostNames, findings),
  };
}

async function readAll(
  folder: VarsFolder,
  names: readonly string[],
  findings: Findings,
): Promise<ReadonlyMap<string, Variables>> {
  const left = [...new Set(names)];
  const found: (readonly [string, Variables | undefined])[] = [];
  while (left.length > 0) {
    const some = left.splice(0, AT_ONCE).map(async (name) => {
      return [name, await readName(folder, name, findings)] as const;
    });
    found.push(...(await Promise.all(some)));
  }
  return new Map(found.flatMap(([name, variables]) => (variables ? [[name, variables]] : [])));
}

/** Undefined where there is no file of that name. */
async function readName(
  folder: VarsFolder,
  name: string,
  findings: Findings,
): Promise<Variables | undefined> {
  const files = await folder.filesOf(name);
  const variables = new Map<string, Entry>();
  for (const file of files) {
    for (const [key, entry] of await readFile(file, findings)) setVariable(variables, key, entry);
  }
  return files.length > 0 ? variables : undefined;
}

async function readFile(file: string, findings: Findings): Promise<Variables> {
  const tree = await readTree(file, findings, concealVariables);
  if (tree === undefined || isNull(tree)) return new Map();
  if (tree.kind === 'mapping') return tree.entries;
  const fix = `Write name: value, each on a line; this is ${describe(tree)}.`;
  findings.problems.add('A file of variables is not a mapping', tree.origin, fix);
  return new Map();
}

const EXTENSIONS = ['', '.yml', '.yaml', '.json'];

/** A `group_vars` or `host_vars` folder: which files belong to a name, in order of precedence. */
interface VarsFolder {
  filesOf(name: string): Promise<readonly string[]>;
}

/** Opens the folder, which need not exist; a file in its place is a problem. */
async function openVarsFolder(path: string, problems: Problems): Promise<VarsFolder> {
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
