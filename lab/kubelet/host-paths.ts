import { mkdirSync, type Stats, statSync, writeFileSync } from 'node:fs';
import type { StaticPod } from './pod.ts';

/**
 * Checks the host paths of a pod by their types, as kubelet does. Without a type nothing is checked,
 * and the runtime makes a folder of what is missing. Throws for one that does not fit.
 */
export function checkHostPaths({ spec }: StaticPod): void {
  for (const { hostPath } of spec.volumes ?? []) {
    if (hostPath !== undefined) checkHostPath(hostPath.path, hostPath.type ?? '');
  }
}

function checkHostPath(path: string, type: string): void {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there === undefined) makeHostPath(path, type);
  else if (!fits(there, type))
    throw new Error(`hostPath type check failed: ${path} is not a ${type}`);
}

function makeHostPath(path: string, type: string): void {
  if (type === '' || type === 'DirectoryOrCreate') mkdirSync(path, { recursive: true });
  else if (type === 'FileOrCreate') writeFileSync(path, '');
  else throw new Error(`hostPath type check failed: ${path} is not a ${type}`);
}

function fits(there: Stats, type: string): boolean {
  if (type.startsWith('Directory')) return there.isDirectory();
  return type.startsWith('File') ? there.isFile() : true;
}
