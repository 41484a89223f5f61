import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Failure } from '#engine/model/failure.ts';
import type { Lab } from './lab.ts';
import { type DiskEntry, OPAQUE, readTar } from './read-tar.ts';

type Entries = ReadonlyMap<string, DiskEntry>;

/** All that a node has of its own at a moment. */
export interface NodeDisk {
  /** What was written on its disk, over the files that it began with. */
  readonly upper: Entries;
  /** What goes with its power: /run, /tmp, /dev/shm, and the kernel parameters of its network. */
  readonly volatile: Entries;
  /** The folder of the files that it began with. */
  readonly lower: string;
}

/** What a login leaves, whatever it does. */
const OF_LOGINS = ['lastlog', 'wtmp', 'btmp', 'wtmpdb'].map((name) => `/var/log/${name}`);

export async function readDisk(lab: Lab, node: string): Promise<NodeDisk> {
  const [upper, volatile, parameters] = await Promise.all([
    entriesIn(lab.upper(node), ['.']),
    entriesIn(join(lab.proc(node), 'root'), ['run', 'tmp', 'dev/shm']),
    lab.run(node, "grep -rs '' /proc/sys/net/core /proc/sys/net/ipv4 /proc/sys/net/ipv6"),
  ]);
  for (const path of [...OF_LOGINS, '/']) upper.delete(path);
  volatile.delete('/run/utmp');
  for (const line of parameters.stdout.split('\n')) {
    const [, path = '', content = ''] = /^([^:]+):(.*)$/.exec(line) ?? [];
    if (path !== '') volatile.set(path, { ...PARAMETER, content });
  }
  return { upper, volatile, lower: lab.lower };
}

const PARAMETER: DiskEntry = { type: 'file', mode: '', owner: '', content: '', attributes: {} };

/** Of paths that are there, in a folder; what goes meanwhile is left out. */
async function entriesIn(folder: string, paths: readonly string[], words: readonly string[] = []) {
  const flags = ['--format=posix', '--xattrs', '--xattrs-include=*', '--acls', '--numeric-owner'];
  const list = ['--hard-dereference', '--null', '-C', folder, '-T', '-'];
  const tar = spawn('tar', ['-c', ...flags, ...words, ...list]);
  tar.stdin.on('error', () => {}); // Its status says why it reads no more.
  tar.stdin.end(paths.map((path) => `${path}\0`).join(''));
  const [entries, errors, [status]] = await Promise.all([
    readTar(tar.stdout),
    text(tar.stderr),
    once(tar, 'close'),
  ]);
  // 1: a file has changed while it was read.
  if (status === 0 || status === 1) return new Map(entries);
  throw new Failure('The disk of a node cannot be read', {
    where: folder,
    ran: `tar → exit ${status}`,
    output: errors,
  });
}

/** A path at which two moments differ, with what was there. */
export interface DiskChange {
  readonly path: string;
  readonly before: DiskEntry | undefined;
  readonly after: DiskEntry | undefined;
}

/** What was written at all from one moment to another of a boot, be it back to what was there before. */
export function writtenBetween(before: NodeDisk, after: NodeDisk): readonly DiskChange[] {
  return [...changes(before.upper, after.upper), ...changes(before.volatile, after.volatile)];
}

/** What whoever looks at the files of two moments of a boot sees that differs. */
export async function seenBetween(
  before: NodeDisk,
  after: NodeDisk,
): Promise<readonly DiskChange[]> {
  return [...(await seenOnDisk(before, after)), ...changes(before.volatile, after.volatile)];
}

/** The same of the disk alone, where a boot may lie between both, or each is another node's. */
export async function seenOnDisk(
  before: NodeDisk,
  after: NodeDisk,
): Promise<readonly DiskChange[]> {
  const paths = changes(before.upper, after.upper).flatMap(({ path }) => [
    path,
    ...(isOpaque(before, path) === isOpaque(after, path) ? [] : below(before.lower, path)),
  ]);
  const lower = await lowerEntries(before.lower, paths);
  const views = [before, after].map(
    ({ upper }) => new Map(paths.flatMap((path) => viewOf(path, upper, lower))),
  );
  return changes(views[0] ?? new Map(), views[1] ?? new Map());
}

function changes(before: Entries, after: Entries): readonly DiskChange[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((path) => ({ path, before: before.get(path), after: after.get(path) }))
    .filter((change) => JSON.stringify(change.before) !== JSON.stringify(change.after))
    .toSorted((one, other) => (one.path < other.path ? -1 : 1));
}

function isOpaque({ upper }: NodeDisk, path: string): boolean {
  return upper.get(path)?.attributes[OPAQUE] !== undefined;
}

function below(lower: string, path: string): readonly string[] {
  const folder = join(lower, path);
  if (!existsSync(folder) || !lstatSync(folder).isDirectory()) return [];
  return readdirSync(folder, { recursive: true }).map((name) => join(path, String(name)));
}

async function lowerEntries(lower: string, paths: readonly string[]): Promise<Entries> {
  const there = paths.filter((path) => lstatSync(join(lower, path), { throwIfNoEntry: false }));
  const relative = there.map((path) => `.${path}`);
  return relative.length === 0 ? new Map() : entriesIn(lower, relative, ['--no-recursion']);
}

/** What is at a path, in an overlay of both. */
function viewOf(path: string, upper: Entries, lower: Entries): readonly [string, DiskEntry][] {
  const own = upper.get(path);
  if (own?.type === 'whiteout') return [];
  const entry = own ?? (isHidden(path, upper) ? undefined : lower.get(path));
  if (entry === undefined) return [];
  const { [OPAQUE]: _, ...attributes } = entry.attributes;
  return [[path, { ...entry, attributes }]];
}

function isHidden(path: string, upper: Entries): boolean {
  for (let parent = dirname(path); parent !== '/'; parent = dirname(parent)) {
    const entry = upper.get(parent);
    if (entry !== undefined && (entry.type !== 'folder' || entry.attributes[OPAQUE] !== undefined))
      return true;
  }
  return false;
}
