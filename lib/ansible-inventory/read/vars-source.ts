import { join } from 'node:path';
import { type GroupTable, setVariable, type Variables } from '../groups/group-table.ts';
import { concealVariables } from '../secrets/conceal.ts';
import type { Findings } from './parse-yaml.ts';
import { readTree } from './read-tree.ts';
import { describe, type Entry, isNull } from './tree.ts';
import { openVarsFolder, type VarsFolder } from './vars-files.ts';

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
