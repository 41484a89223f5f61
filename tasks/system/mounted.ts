import type { Output, Read } from '#engine/model/read.ts';
import { sh } from '#engine/shell/quote.ts';
import { fstabWord } from './fstab.ts';

/** What is mounted somewhere, in the words of /proc/mounts. */
interface Mounted {
  /** As it is told there, and what that leads to. */
  readonly given: string;
  readonly source: string;
  readonly type: string;
  readonly options: readonly string[];
}

export interface MountFact {
  /** What the source that is to be mounted leads to: of a device its own name. */
  readonly wanted: string;
  /** The mount on top; undefined: there is none. */
  readonly live: Mounted | undefined;
}

/** What is mounted at a path, and what another source is called there. */
export function mountAt(path: string, source: string): Read<MountFact> {
  return {
    key: `mount ${path} of ${source}`,
    script: `${REAL}
${sh`path=${fstabWord(path)} source=${source} live=`}
while read -r given at rest; do [ "$at" != "$path" ] || live="$given $rest"; done </proc/self/mounts
real "$source"
[ -z "$live" ] || { echo "$live"; real "\${live%% *}"; }`,
    parse: parseMount,
  };
}

/** Whether something, or that source, is mounted at a path: a command of sh. */
export function isMounted(path: string, source?: string): string {
  const words = ` ${fstabWord(path)} `;
  return source === undefined
    ? sh`grep -qF ${words} /proc/self/mounts`
    : sh`grep -F ${words} /proc/self/mounts | cut -d ' ' -f 1 | tail -n 1 | grep -qxF ${source}`;
}

/** The links of udev(7). */
const REAL = `real() {
  case $1 in
    UUID=*) set -- "/dev/disk/by-uuid/\${1#*=}" ;; PARTUUID=*) set -- "/dev/disk/by-partuuid/\${1#*=}" ;;
    LABEL=*) set -- "/dev/disk/by-label/\${1#*=}" ;; PARTLABEL=*) set -- "/dev/disk/by-partlabel/\${1#*=}" ;;
  esac
  case $1 in /dev/*) readlink -f "$1" || echo "$1" ;; *) echo "$1" ;; esac
}`;

/** Those that the kernel tells of every mount as they are given, with what means that they are not. */
const FLAGS = [
  ['ro', 'rw'],
  ['nosuid', 'suid'],
  ['nodev', 'dev'],
  ['noexec', 'exec'],
  ['noatime', 'relatime', 'atime', 'strictatime'],
  ['nodiratime', 'diratime'],
  ['sync', 'async'],
] as const;

/** Those of a mount that can be compared; of options that contradict each other the last one counts. */
export function mountFlags(options: readonly string[]): string {
  const set = flagsIn(options);
  return (set[0] === 'ro' ? set : ['rw', ...set]).join(',');
}

/** For a remount: those that are not set are said not to be, or mount(8) would take them from fstab. */
export function allFlags(options: readonly string[]): string {
  return [...FLAGS.map(([, unset]) => unset), ...flagsIn(options)].join(',');
}

function flagsIn(options: readonly string[]): readonly string[] {
  return FLAGS.flatMap((words) => {
    const last = options.findLast((option) => words.some((word) => word === option));
    return last === words[0] ? [words[0]] : [];
  });
}

/** The options without those that only fstab(5) has. */
export function forMount(options: readonly string[]): string {
  const own = options.filter(
    (option) => !/^(auto|noauto|nofail|_netdev|x-.*|comment=.*)$/.test(option),
  );
  return own.length === 0 ? 'defaults' : own.join(',');
}

function parseMount({ stdout }: Output): MountFact {
  const [wanted = '', line, source = ''] = stdout.trimEnd().split('\n');
  const [given = '', type = '', options = ''] = line?.split(' ') ?? [];
  return {
    wanted,
    live: line === undefined ? undefined : { given, source, type, options: options.split(',') },
  };
}
