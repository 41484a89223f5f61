import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

/** A cgroup hierarchy, with the group in it in which those of a lab are made. */
interface Hierarchy {
  /** Below /sys/fs/cgroup. */
  readonly folder: string;
  /** Of its mount: the controllers that it has in v1, `cgroup2` in v2. */
  readonly options: string;
  /** Of the group, '' for the root. */
  readonly path: string;
}

export const CGROUPS = '/sys/fs/cgroup';

/**
 * The cgroup hierarchies in which a lab gets groups of its own: every v1 hierarchy of a hybrid machine,
 * or the one of a unified machine. They are made in v1 in that of this process, whose limits hold for
 * its lab too; in v2 in the root, since other groups that have processes hand no controllers on.
 */
export function hierarchies(): readonly Hierarchy[] {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n').flatMap(cgroupMount);
  const version1 = mounts.filter(({ type }) => type === 'cgroup');
  if (version1.length === 0)
    return mounts.slice(0, 1).map(({ folder }) => ({ folder, options: 'cgroup2', path: '' }));
  const own = ownGroups();
  return version1.map(({ folder, options }) => {
    const path = own.get(options.replace(/^none,/, '')) ?? '/';
    return { folder, options, path: path === '/' ? '' : path };
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
  if (!type.startsWith('cgroup') || (path !== CGROUPS && !path.startsWith(`${CGROUPS}/`)))
    return [];
  return [{ folder: relative(CGROUPS, path) || '.', type, options: mountOptions(options) }];
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
