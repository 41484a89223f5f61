import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

const ROOT = '/sys/fs/cgroup';

/**
 * The cgroup hierarchies in which nodes get groups of their own, as words `folder:mount options:path`
 * for power-on.sh: every v1 hierarchy of a hybrid machine, or the one of a unified machine. The path
 * is of the group that the nodes' are made in: in v1 that of this process, whose limits hold for its
 * lab too; in v2 the root, since other groups that have processes hand no controllers on.
 */
export function hierarchies(): readonly string[] {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n').flatMap(cgroupMount);
  const version1 = mounts.filter(({ type }) => type === 'cgroup');
  if (version1.length === 0) return mounts.slice(0, 1).map(({ folder }) => `${folder}:cgroup2:`);
  const own = ownGroups();
  return version1.map(({ folder, options }) => {
    const path = own.get(options.replace(/^none,/, '')) ?? '/';
    return `${folder}:${options}:${path === '/' ? '' : path}`;
  });
}

/** The groups of this process by the names of their hierarchies, cgroups(7). */
function ownGroups(): ReadonlyMap<string, string> {
  const lines = readFileSync('/proc/self/cgroup', 'utf8').split('\n');
  return new Map(
    lines.map((line) => {
      const [, names = '', ...path] = line.split(':');
      return [names, path.join(':')];
    }),
  );
}

interface Mount {
  readonly folder: string;
  readonly type: string;
  readonly options: string;
}

function cgroupMount(line: string): readonly Mount[] {
  const [before = '', after = ''] = line.split(' - ');
  const [type = '', , options = ''] = after.split(' ');
  const path = before.split(' ')[4] ?? '';
  if (!type.startsWith('cgroup') || (path !== ROOT && !path.startsWith(`${ROOT}/`))) return [];
  return [{ folder: relative(ROOT, path) || '.', type, options: mountOptions(options) }];
}

/** What names a hierarchy, of all that the kernel lists: its controllers, or its own name. */
function mountOptions(options: string): string {
  const known = new Set(
    readFileSync('/proc/cgroups', 'utf8')
      .split('\n')
      .map((line) => line.split('\t')[0]),
  );
  const words = options.split(',');
  const name = words.find((word) => word.startsWith('name='));
  return name === undefined ? words.filter((word) => known.has(word)).join(',') : `none,${name}`;
}
