import type { DiskChange } from '#lab/disk.ts';
import type { Breach } from './promises.ts';
import type { TaskPaths } from './told.ts';

/** Changes of a host's files as breaches, each with the tasks that are behind it. */
export function breachesOf(
  host: string,
  changes: readonly DiskChange[],
  paths: TaskPaths,
): readonly Breach[] {
  return changes.map((change) => ({
    host,
    what: `${change.path}: ${difference(change)}`,
    tasks: paths.tasksAt(host, change.path),
  }));
}

/** Where rota keeps its lease, and what it needs for the way back. */
export function isRotas(path: string): boolean {
  return /^\/(?:var\/lib|run)\/rota(?:\/|$)/.test(path);
}

/**
 * What programs of a host keep for themselves: logs, caches, and files as they were before the last change. Where no
 * task is about it, an undo and a kill may leave it otherwise.
 */
export function isHostsOwn(path: string): boolean {
  return /^\/var\/(?:log|cache)\/|^\/etc\/(?:passwd|group|g?shadow|sub[ug]id)-$|^\/var\/lib\/dpkg\/.*-old$/.test(
    path,
  );
}

function difference({ before, after }: DiskChange): string {
  if (before === undefined) return `${after?.type} that was not there`;
  if (after === undefined) return `${before.type} that is gone`;
  const parts = (['type', 'mode', 'owner'] as const)
    .filter((name) => before[name] !== after[name])
    .map((name) => `${name} ${before[name]} and then ${after[name]}`);
  const isSame = (name: 'content' | 'attributes') =>
    JSON.stringify(before[name]) === JSON.stringify(after[name]);
  return [
    ...parts,
    ...(isSame('content') ? [] : ['another content']),
    ...(isSame('attributes') ? [] : ['other extended attributes']),
  ].join(', ');
}
