import type { RunCommand } from '#engine/model/command.ts';
import { type Task, task } from '#engine/model/task.ts';
import { fileAt, textIn } from '#engine/reads/file.ts';
import { sh } from '#engine/shell/quote.ts';
import { rewrite } from '../files/edited.ts';
import { textToEdit } from '../files/line.ts';
import { pathRule, requireOptions } from '../options.ts';
import { FSTAB, withEntry } from './fstab.ts';
import { forMount, isMounted, type MountFact, mountAt, mountFlags } from './mounted.ts';

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
    options.length > 0 && options.every((option) => /^[^\s,-][^\s,]*$/.test(option));
  requireOptions(`mount ${path}`, [
    pathRule(path),
    ['source', /^[^\s#-]\S*$/.test(source), 'one word: what is mounted there'],
    [
      'type',
      /^\w[\w.-]*$/.test(type),
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
    apply: ({ desired, fields, facts: { fstab, place, mounted } }) => [
      bringAbout(wanted, {
        live: mounted.live,
        isOther: fields.some(({ name }) => name === 'mounted'),
        hasPlace: place.type !== 'absent',
      }),
      ...fields.flatMap(({ name }) =>
        name === FSTAB ? [rewrite(FSTAB, fstab, `${desired[FSTAB]}`)] : [],
      ),
    ],
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
  readonly isOther: boolean;
  readonly hasPlace: boolean;
}

/** Where only fstab differs, its options may be others than the kernel tells: they are given again. */
function bringAbout(wanted: MountSpec, { live, isOther, hasPlace }: Before): RunCommand {
  const { path, source, type, options } = wanted;
  const run = { kind: 'run', title: `mount ${path}` } as const;
  const mountIt = sh`mount -t ${type} -o ${forMount(options)} ${source} ${path}`;
  if (live === undefined) {
    const undo = `! ${isMounted(path)} || ${sh`umount ${path}`}`;
    if (hasPlace) return { ...run, script: mountIt, undo };
    const gone = `{ ${undo}; } && ${sh`rmdir ${path}`} 2>/dev/null || ${sh`[ ! -e ${path} ]`}`;
    return { ...run, script: `${sh`mkdir -p ${path}`}\n${mountIt}`, undo: gone };
  }
  if (!isOther)
    return { ...run, script: remount(wanted, options), undo: remount(wanted, live.options) };
  const old = sh`mount -t ${live.type} -o ${live.options.join(',')} ${live.given} ${path}`;
  return {
    ...run,
    script: `${sh`umount ${path}`}\n${mountIt}`,
    undo: `${isMounted(path, live.given)} || { ! ${isMounted(path)} || ${sh`umount ${path}`}; ${old}; }`,
  };
}

/** Of a bind mount the flags of the mount alone: all else is of the file system, which others show, too. */
function remount(wanted: MountSpec, options: readonly string[]): string {
  const to = isBind(wanted) ? `bind,${mountFlags(options)}` : forMount(options);
  return sh`mount -o ${`remount,${to}`} ${wanted.path}`;
}
