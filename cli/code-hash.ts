import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './package.ts';

/** What decides what a run does; tests, the lab and documents do not. */
const SOURCES = [
  'cli',
  'engine',
  'lib',
  'keepalived',
  'playbooks',
  'tasks',
  'templates',
  'package.json',
];

/** The SHA-256, in hex, of rota's own sources and of a playbook's file beside them. */
export function hashOfCode(playbookFile?: string): string {
  const own = sources()
    .flatMap(filesBelow)
    .map((name) => [name, join(ROOT, name)] as const);
  const others = playbookFile === undefined ? [] : [['playbook', playbookFile] as const];
  const hash = createHash('sha256');
  for (const [name, path] of [...own, ...others]) {
    const bytes = readFileSync(path);
    hash.update(`${name}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex');
}

/** The package has most of them bundled. */
function sources(): readonly string[] {
  const there = SOURCES.filter((name) => existsSync(join(ROOT, name)));
  return there.length === SOURCES.length ? SOURCES : ['dist', ...there];
}

function filesBelow(name: string): readonly string[] {
  if (name.endsWith('.json')) return [name];
  return readdirSync(join(ROOT, name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath.slice(ROOT.length), entry.name))
    .toSorted();
}
