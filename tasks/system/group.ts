import { BOOLEAN, optional, requireOptions } from '#engine/model/options.ts';
import { type Task, task } from '#engine/model/task.ts';
import { sh } from '#engine/shell/quote.ts';
import { groupNumber, hasName, ID, NAME } from './accounts.ts';

export interface GroupOptions {
  readonly name: string;
  /** Left out: whichever is free. */
  readonly gid?: number;
  /** One below the numbers of people's groups, where it is made. */
  readonly system?: boolean;
}

/** A group of the host's own files. */
export function group(options: GroupOptions): Task {
  const { name, gid, system = false } = options;
  requireOptions(`group ${name}`, options, {
    name: NAME,
    gid: optional(ID),
    system: optional(BOOLEAN),
  });
  const flags = [
    ...(system ? ['--system'] : []),
    ...(gid === undefined ? [] : ['--gid', String(gid)]),
  ];
  return task({
    title: `group ${name}`,
    desired: { name, ...(gid === undefined ? {} : { gid }) },
    reads: { number: groupNumber(name) },
    inspect: ({ number }) => (number === undefined ? undefined : { name, gid: number }),
    apply: ({ observed }) => [
      observed === undefined
        ? {
            kind: 'run',
            title: `add group ${name}`,
            script: sh`groupadd ${[...flags, name]}`,
            undo: `! ${hasName('/etc/group', name)} || ${sh`groupdel ${name}`}`,
          }
        : {
            kind: 'run',
            title: `give group ${name} another number`,
            script: sh`groupmod --gid ${Number(gid)} ${name}`,
            undo: sh`groupmod --gid ${Number(observed.gid)} ${name}`,
          },
    ],
  });
}
