import { readdirSync } from 'node:fs';
import type { Candidate } from './slot.ts';

/** The files in the folder of a path that may be playbooks, and its folders, with a slash at their end. */
export function playbooksAt(written: string): readonly Candidate[] {
  const folder = written.slice(0, written.lastIndexOf('/') + 1);
  const entries = readdirSync(folder || '.', { withFileTypes: true });
  return entries.flatMap((entry) => {
    const { name } = entry;
    if (name.startsWith('.') || name === 'node_modules') return [];
    if (entry.isDirectory()) return [{ word: `${folder}${name}/` }];
    return /(?<!\.d)\.[cm]?[jt]s$/.test(name) ? [{ word: folder + name }] : [];
  });
}
