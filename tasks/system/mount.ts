import type { RunCommand } from '#engine/model/command.ts';
import { type Task, task } from '#engine/model/task.ts';
import { fileAt, textIn, textToEdit } from '#engine/reads/file.ts';
import { sh } from '#engine/shell/quote.ts';
import { rewrite } from '../files/edited.ts';
import { isLike, pathRule, requireOptions } from '../refusals.ts';
import { FSTAB, withEntry } from './fstab.ts';
import { allFlags, forMount, isMounted, type MountFact, mountAt, mountFlags } from './mounted.ts';

export interface MountOptions {
  readonly path: string;
  /** A device, `UUID=…`, `LABEL=…`, `host:/folder`, `tmpfs`, or the folder of a bind mount. */
  readonly source: string;
  /** `none` for a bind mount. */
  readonly type: string;
  /** `defaults` when left out. */
  readonly options?: readonly string[];
}

/** A file system at its place, live and after a boot: mounted, and in /etc/fstab. */
export function mount({ path, source, type, options = ['defaults'] }: MountOptions): Task {
  const areOptions =
    options.length > 0 && options.every((option) => isLike(option, /^[^\s,-][^\s,]*$/));
  requireOptions(`mount ${path}`, [
    pathRule(path),
    ['source', isLike(source, /^[^\s#-]\S*$/), 'one word: what is mounted there'],
    [
      'type',
      isLike(type, /^\w[\w.-]*$/),
      'a type of file systems, such as ext4, or none for a bind mount',
    ],
    ['options', areOptions, 'words without commas, one at least'],
  ]);
  const wanted = { path, source, type, options };
  return task({
    title: `mount ${path}`,
    reads: { fstab: fileAt(FSTAB), place: fileAt(path), mounted: mountAt(path, source) },
    desired: ({ fstab, mounted }) => ({
      mounted: what(wanted, { source: mounted.wanted, type }),
      flags: mountFlags(options),
      [FSTAB]: withEntry(textToEdit(fstab, FSTAB), wanted),
    }),
    inspect: ({ fstab, mounted: { live } }) => ({
      mounted: live && what(wanted, live),
      flags: live && mountFlags(live.options),
      [FSTAB]: textIn(fstab),
    }),
    // First live: what cannot be mounted stops no boot.
    apply: ({ desired, fields, facts: { fstab, place, mounted } }) => {
      const differs = (field: string) => fields.some(({ name }) => name === field);
      const before = { live: mounted.live, hasPlace: place.type !== 'absent' };
      return [
        ...(differs('mounted') ? [mountAnew(wanted, before)] : []),
        ...(!differs('mounted') && differs('flags')
          ? [remount(wanted, mounted.live?.options ?? [])]
          : []),
        ...(differs(FSTAB) ? [rewrite(FSTAB, fstab, `${desired[FSTAB]}`)] : []),
      ];
    },
  });
}

type MountSpec = Required<MountOptions>;

/** A bind mount is told by the file system that it shows, and nfs by its version. */
function what(wanted: MountSpec, live: Pick<MountSpec, 'source' | 'type'>): string {
  if (isBind(wanted)) return 'bind';
  return `${live.source} ${wanted.type === 'auto' ? 'auto' : live.type.replace(/^nfs4$/, 'nfs')}`;
}

function isBind({ options }: MountSpec): boolean {
  return options.includes('bind') || options.includes('rbind');
}

interface Before {
  readonly live: MountFact['live'];
  readonly hasPlace: boolean;
}

function mountAnew({ path, source, type, options }: MountSpec, before: Before): RunCommand {
  const { live, hasPlace } = before;
  const run = { kind: 'run', title: `mount ${path}` } as const;
  const mountIt = sh`mount -t ${type} -o ${forMount(options)} ${source} ${path}`;
  const unmountIt = `! ${isMounted(path)} || ${sh`umount ${path}`}`;
  if (live !== undefined) {
    const old = sh`mount -t ${live.type} -o ${live.options.join(',')} ${live.given} ${path}`;
    const undo = `${isMounted(path, live.given)} || { ${unmountIt}; ${old}; }`;
    return { ...run, script: `${sh`umount ${path}`}\n${mountIt}`, undo };
  }
  if (hasPlace) return { ...run, script: mountIt, undo: unmountIt };
  const undo = `{ ${unmountIt}; } && ${sh`rmdir ${path}`} 2>/dev/null || ${sh`[ ! -e ${path} ]`}`;
  return { ...run, script: `${sh`mkdir -p ${path}`}\n${mountIt}`, undo };
}

/** The flags alone: all other options are of the file system, which others may show, too. */
function remount(wanted: MountSpec, before: readonly string[]): RunCommand {
  const { path, source, options } = wanted;
  const kind = isBind(wanted) ? 'remount,bind' : 'remount';
  const to = (flags: readonly string[]) =>
    sh`mount -o ${`${kind},${allFlags(flags)}`} ${source} ${path}`;
  return { kind: 'run', title: `mount ${path} again`, script: to(options), undo: to(before) };
}
