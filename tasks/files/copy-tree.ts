import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Command, Write } from '#engine/model/command.ts';
import { OWNER, optional, PATH, PLAIN, refuse, requireOptions } from '#engine/model/options.ts';
import { Digest, LocalFile } from '#engine/model/state.ts';
import { type Task, task } from '#engine/model/task.ts';
import { type FileFact, fileAt, hashedFileAt, inTheWay } from '#engine/reads/file.ts';
import { localContent, notHere, readLocal } from './file.ts';
import { TARGET } from './link.ts';

export interface CopyTreeOptions {
  /** A folder of the control machine. */
  readonly source: string;
  readonly path: string;
  /** Of all of it. Files have the mode 0644, those that may be run 0755, folders 0755. */
  readonly owner?: string;
}

/** What the tree has at one of its paths. */
type TreeEntry =
  | { readonly type: 'folder'; readonly mode: string }
  | { readonly type: 'link'; readonly target: string }
  | { readonly type: 'file'; readonly mode: string; readonly content: string | LocalFile };

/** A folder with all that a folder of the control machine has: of it only what differs is sent. */
export function copyTree(options: CopyTreeOptions): Task {
  const { source, path, owner = 'root:root' } = options;
  requireOptions(`copyTree ${path}`, options, {
    path: PATH,
    owner: optional(OWNER),
    source: PLAIN,
  });
  const entries = readLocal(source, () => entriesIn(source));
  const targetFaults = entries.flatMap(([name, entry]) =>
    entry.type === 'link' ? TARGET(entry.target, `the target of ${name}`) : [],
  );
  refuse(`copyTree ${path}`, targetFaults);
  const tree = new Map(entries.map(([name, entry]) => [`${path}${name}`, entry]));
  const readOf = (at: string, { type }: TreeEntry) => (type === 'link' ? fileAt : hashedFileAt)(at);
  const reads = Object.fromEntries([...tree].map(([at, entry]) => [at, readOf(at, entry)]));
  return task({
    title: path,
    desired: Object.fromEntries([...tree].map(([at, entry]) => [at, wanted(entry, owner)])),
    reads,
    inspect: (facts) =>
      Object.fromEntries(
        [...tree].map(([at, entry]) => [at, seen(facts[at] as FileFact, at, entry)]),
      ),
    apply: ({ fields, facts }) =>
      fields.map(({ name: path }) =>
        commandFor(tree.get(path) as TreeEntry, { path, owner }, facts[path] as FileFact),
      ),
  });
}

/** Folders come before what is in them. */
function entriesIn(folder: string, name = ''): readonly (readonly [string, TreeEntry])[] {
  const path = join(folder, name);
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (name === '' && !stat?.isDirectory()) throw notHere('folder', path);
  if (stat?.isSymbolicLink()) return [[name, { type: 'link', target: readlinkSync(path) }]];
  if (stat?.isFile()) {
    const mode = stat.mode & 0o100 ? '0755' : '0644';
    return [[name, { type: 'file', mode, content: localContent(path) }]];
  }
  if (!stat?.isDirectory()) return [];
  const names = readdirSync(path).toSorted();
  const inside = names.flatMap((one) => entriesIn(folder, `${name}/${one}`));
  return [[name, { type: 'folder', mode: '0755' }], ...inside];
}

function wanted(entry: TreeEntry, owner: string): string {
  if (entry.type === 'link') return told(entry);
  if (entry.type === 'folder') return told({ ...entry, owner });
  const { content } = entry;
  const body = content instanceof LocalFile ? content.digest : content;
  return told({ ...entry, owner, content: body });
}

function seen(fact: FileFact, at: string, { type }: TreeEntry): string | undefined {
  if (fact.type === 'absent') return undefined;
  const isHere = fact.type === 'folder' || fact.type === 'other' || type === 'folder';
  if (isHere && fact.type !== type) throw inTheWay(at, type, fact.type);
  return told(fact);
}

function told(fact: FileFact): string {
  if (fact.type === 'link') return fact.target === undefined ? 'link' : `link to ${fact.target}`;
  if (fact.type === 'absent' || fact.type === 'other') return fact.type;
  if (fact.type === 'folder') return `folder ${fact.mode} ${fact.owner}`;
  const { mode, owner, content } = fact;
  return `${mode} ${owner}, ${content instanceof Digest ? content : Digest.of(content)}`;
}

function commandFor(entry: TreeEntry, at: Pick<Write, 'path' | 'owner'>, there: FileFact): Command {
  if (entry.type === 'link') return { kind: 'link', path: at.path, target: entry.target };
  const { mode } = entry;
  if (entry.type === 'file') return { kind: 'write', ...at, mode, body: entry.content };
  return { kind: 'folder', ...at, mode, ...(there.type === 'folder' ? { before: there } : {}) };
}
