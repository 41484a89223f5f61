import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folders in which a host has nothing but what the work makes of it. */
export const OWNED = ['/etc/keepalived', '/etc/kubernetes', '/etc/sysctl.d'] as const;

/** What is in those folders, below a host’s root: a line for each path, with the hash of its content. */
export function stateOf(root: string): string {
  return OWNED.flatMap((path) => walk(root, path)).join('\n');
}

function walk(root: string, path: string): readonly string[] {
  const status = lstatSync(join(root, path), { throwIfNoEntry: false });
  if (status === undefined) return [];
  const line = `${path} ${status.mode.toString(8)} ${status.uid}:${status.gid}`;
  if (!status.isDirectory())
    return [`${line} ${hash(path, readFileSync(join(root, path), 'utf8'))}`];
  const names = readdirSync(join(root, path)).toSorted();
  return [line, ...names.flatMap((name) => walk(root, join(path, name)))];
}

/** With or without blanks about its `=`, sysctl.d(5) says the same. */
function hash(path: string, body: string): string {
  const meaning = path.startsWith('/etc/sysctl.d/') ? body.replaceAll(' = ', '=') : body;
  return createHash('sha256').update(meaning).digest('hex');
}
