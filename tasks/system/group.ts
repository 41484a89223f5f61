import { type Task, task } from '#engine/model/task.ts';
import { sh } from '#engine/shell/quote.ts';
import { requireOptions } from '../options.ts';
import { GROUPS, hasName, idRule, nameRule, rowNamed } from './accounts.ts';

export interface GroupOptions {
  readonly name: string;
  /** Left out: whichever is free. */
  readonly gid?: number;
  /** One below the numbers of people's groups, where it is made. */
  readonly system?: boolean;
}

/** A group of the host's own files. */
export function group({ name, gid, system = false }: GroupOptions): Task {
  requireOptions(`group ${JSON.stringify(name)}`, [nameRule(name), idRule(gid)]);
  return task({
    title: `group ${name}`,
    desired: { name, ...(gid === undefined ? {} : { gid }) },
    reads: { groups: GROUPS },
    inspect: ({ groups }) => {
      const row = rowNamed(groups, name);
      return row && { name, gid: Number(row[2]) };
    },
    apply: ({ observed }) => [
      observed === undefined
        ? {
            kind: 'run',
            title: `add group ${name}`,
            script: addGroup(name, gid, system ? ['--system'] : []),
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

/** No such group. An undo makes it again, with its number and members. */
export function noGroup(name: string): Task {
  requireOptions(`group ${JSON.stringify(name)}`, [nameRule(name)]);
  return task({
    title: `no group ${name}`,
    desired: { group: 'absent' },
    reads: { groups: GROUPS },
    inspect: ({ groups }) => ({ group: rowNamed(groups, name) === undefined ? 'absent' : name }),
    apply: ({ facts: { groups } }) => {
      const [, , gid, members = ''] = rowNamed(groups, name) ?? [];
      const again = `${hasName('/etc/group', name)} || { ${addGroup(name, Number(gid))}`;
      const undo = `${again}${members === '' ? '' : sh` && gpasswd -M ${members} ${name}`}; }`;
      return [{ kind: 'run', title: `remove group ${name}`, script: sh`groupdel ${name}`, undo }];
    },
  });
}

function addGroup(name: string, gid: number | undefined, flags: readonly string[] = []): string {
  const number = gid === undefined ? [] : ['--gid', String(gid)];
  return sh`groupadd ${[...flags, ...number, name]}`;
}
