import { existsSync } from 'node:fs';
import { dirname, normalize } from 'node:path';
import { expectSecrets } from '#engine/model/redaction.ts';
import { Secret } from '#engine/model/secret.ts';
import { warnOfNearNames } from '../connection/connection-schemas.ts';
import { type Render, rendererFor } from '../expressions/templates.ts';
import { cutCycles } from '../groups/group-order.ts';
import type { GroupTable, Variables } from '../groups/group-table.ts';
import { readGroups } from '../groups/read-groups.ts';
import { Problems } from '../problems.ts';
import { CommandSecret } from '../secrets/command.ts';
import { readExtraVariables } from './extra-variables.ts';
import { kindOf, sourceFiles } from './files.ts';
import type { Findings } from './parse-yaml.ts';
import { readSource } from './read-source.ts';
import { leavesOf, mapping, namesTree, type Tree } from './tree.ts';
import { type FolderVariables, readFolder } from './vars-source.ts';

/** All that the files of an inventory say, before it is brought together per host. */
export interface Sources {
  readonly table: GroupTable;
  /** From beside each source, then beside the playbook: each one wins over those before it. */
  readonly folders: readonly FolderVariables[];
  /** From the command line: they win over all others. */
  readonly extra: Variables;
  /** For the expressions in them. */
  readonly render: Render;
}

/** Where the hosts and their variables come from. */
export interface SourcesRequest {
  /** Files, folders and lists of hosts: each one wins over those before it. */
  readonly paths: readonly string[];
  /** Variables of the command line, each text as `-e` takes it. */
  readonly extra?: readonly string[] | undefined;
  /** Where the playbook is: `group_vars` and `host_vars` there win over those of the sources. */
  readonly playbookFolder?: string | undefined;
}

/** Reads all sources, and what `-e` says. Throws Failures when one of them has no structure to go on with. */
export async function readSources(
  { paths, extra: texts = [], playbookFolder }: SourcesRequest,
  findings: Findings,
): Promise<Sources> {
  const trees: (Tree | undefined)[] = [];
  for (const path of paths) {
    if (isHostList(path)) trees.push(hostListTree(path));
    else {
      for (const file of await sourceFiles(path, findings.problems)) {
        const before = trees.filter((tree) => tree !== undefined);
        const source = file === path ? { file } : { file, folder: path };
        trees.push(await readSource(source, before, findings));
      }
    }
  }
  const extra = await readExtraVariables(texts, findings);
  const read = trees.filter((tree) => tree !== undefined);
  if (read.length < trees.length || read.length === 0) findings.problems.throwIfAny();
  const table = readGroups(read, findings);
  cutCycles(table, findings.problems);
  const folders = [];
  for (const folder of await foldersBeside(paths, playbookFolder)) {
    folders.push(await readFolder(folder, table, findings));
  }
  const variables = [...variablesIn(table, folders), extra];
  warnOfNearNames(variables, findings.warnings);
  const values = treesIn(variables);
  expectSecrets(secretsIn(values));
  const render = await rendererFor(values);
  return { table, folders, extra, render };
}

function variablesIn(
  { groups, hosts }: GroupTable,
  folders: readonly FolderVariables[],
): readonly Variables[] {
  return [
    ...[...groups.values(), ...hosts.values()].map(({ variables }) => variables),
    ...folders.flatMap((folder) => [...folder.groups.values(), ...folder.hosts.values()]),
  ];
}

function treesIn(variables: readonly Variables[]): readonly Tree[] {
  return variables.flatMap((each) => [...each.values()].map(({ tree }) => tree));
}

/** All that can be opened without a program that may ask its user. */
function secretsIn(trees: readonly Tree[]): readonly Secret[] {
  const seen = new Set<Tree>();
  const leaves = trees.flatMap((tree) => [...leavesOf(tree, seen)]);
  return leaves.flatMap(({ value }) =>
    value instanceof Secret && !(value instanceof CommandSecret) ? [value] : [],
  );
}

/** Of a folder that several sources share the last place counts: it wins over those between. */
async function foldersBeside(
  paths: readonly string[],
  playbookFolder: string | undefined,
): Promise<readonly string[]> {
  const nowhere = new Problems();
  const files = paths.filter((path) => !isHostList(path));
  const folders = await Promise.all(
    files.map(async (path) => ((await kindOf(path, nowhere)) === 'folder' ? path : dirname(path))),
  );
  const all = [...folders, ...(playbookFolder === undefined ? [] : [normalize(playbookFolder)])];
  return [...new Set(all.toReversed())].toReversed();
}

/** Whether a source is hosts themselves, such as `node1,node2` or `node1,`, and no file. */
function isHostList(source: string): boolean {
  return source.includes(',') && !existsSync(source);
}

/** The hosts of such a list, in no group. */
function hostListTree(source: string): Tree {
  const names = source.split(',').map((name) => name.trim());
  const origin = { file: source, line: 0, column: 0 };
  const hosts = namesTree(
    names.filter((name) => name !== ''),
    origin,
  );
  return mapping([['ungrouped', mapping([['hosts', hosts]], origin)]], origin);
}
