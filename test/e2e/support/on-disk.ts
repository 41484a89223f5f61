import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from '#lab/lab.ts';
import { isHostsOwn } from '#prove/changes.ts';

const FOLDERS = ['etc', 'opt', 'srv', 'usr/local', 'var/lib'];
/** What rota keeps, and what a task that says so leaves beside for an undo. */
const ROTAS = /^var\/lib\/rota$|\.rota-before$/;

/**
 * All that a node has there otherwise than the machine below it: by path its kind, mode, owner and
 * content. What was written over with the same is as before.
 */
export function onDisk(lab: Lab, node: string): Readonly<Record<string, string>> {
  const root = join(lab.proc(node), 'root');
  const written = FOLDERS.flatMap((folder) => below(lab.upper(node), folder));
  const states = written.map((path) => [path, stateOf(join(root, path))] as const);
  return Object.fromEntries(states.filter(([path, state]) => state !== stateOf(`/${path}`)));
}

function below(upper: string, path: string): readonly string[] {
  if (ROTAS.test(path) || isHostsOwn(`/${path}`)) return [];
  const stat = lstatSync(join(upper, path), { throwIfNoEntry: false });
  if (stat === undefined) return [];
  const names = stat.isDirectory() ? readdirSync(join(upper, path)) : [];
  return [path, ...names.toSorted().flatMap((name) => below(upper, `${path}/${name}`))];
}

function stateOf(path: string): string {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 'absent';
  const { mode, uid, gid } = stat;
  const head = `${mode.toString(8)} ${uid}:${gid}`;
  if (stat.isSymbolicLink()) return `${head} ${readlinkSync(path)}`;
  if (!stat.isFile()) return head;
  return `${head} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
}
