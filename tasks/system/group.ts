import { type Task, task } from '#engine/model/task.ts';
import { sh } from '#engine/shell/quote.ts';
import { requireOptions } from '../options.ts';
import { groupNumber, hasName, idRule, membersOf, nameRule } from './accounts.ts';

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
    reads: { number: groupNumber(name) },
    inspect: ({ number }) => (number === undefined ? undefined : { name, gid: number }),
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
    reads: { number: groupNumber(name), members: membersOf(name) },
    inspect: ({ number }) => ({ group: number === undefined ? 'absent' : number }),
    apply: ({ facts: { number, members } }) => {
      const again = `${hasName('/etc/group', name)} || ${addGroup(name, number)} || exit`;
      // Those who are to be made again come back into the group by that.
      const join = members.map(
        (member) =>
          `! ${hasName('/etc/passwd', member)} || ${sh`gpasswd -a ${member} ${name}`} || exit`,
      );
      const undo = [again, ...join].join('\n');
      return [{ kind: 'run', title: `remove group ${name}`, script: sh`groupdel ${name}`, undo }];
    },
  });
}

function addGroup(name: string, gid: number | undefined, flags: readonly string[] = []): string {
  const number = gid === undefined ? [] : ['--gid', String(gid)];
  return sh`groupadd ${[...flags, ...number, name]}`;
}
