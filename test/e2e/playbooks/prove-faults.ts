import { z } from 'zod';
import { playbook } from '#engine/model/playbook.ts';
import { type Task, task } from '#engine/model/task.ts';
import { sh } from '#engine/shell/quote.ts';
import { file } from '#tasks/files/file.ts';
import { folder } from '#tasks/files/folder.ts';
import { inFile } from '#tasks/files/in-file.ts';

/** By what is wrong with a task; all else of it is right. */
const FAULTS: Readonly<Record<string, (secret: string) => readonly Task[]>> = {
  'dry run': () => [onOrOff('asks and writes', 'echo asked >>/srv/asked; echo on')],
  unfit: () => [onOrOff('never on', 'echo off', 'true')],
  'second run': () => [
    onOrOff(
      'on while leased',
      'if [ -e /run/rota/lease ]; then echo on; else echo off; fi',
      'true',
    ),
  ],
  killed: () => [
    onOrOff('on too early', marked('half'), mark('half'), 'sleep 2', mark('other-half')),
  ],
  undo: () => [onOrOff('no way back', marked('stays'), 'echo on >/srv/stays; chmod 600 /etc/motd')],
  secrets: (secret) => [
    file({ path: '/srv/secret', body: secret, mode: '0600' }),
    onOrOff('careless', marked('log'), sh`echo on ${secret} >/srv/log`),
  ],
};

/** What a script tells is to be `on`. */
function onOrOff(title: string, script: string, ...commands: readonly string[]): Task {
  return task({
    title,
    desired: { state: 'on' },
    reads: { state: { key: title, script, volatile: true, parse: firstWord } },
    inspect: ({ state }) => ({ state }),
    apply: () =>
      commands.map((one, index) => ({
        ...{ kind: 'run', title: `command ${index}`, script: one },
        ...(title === 'no way back' ? {} : { undo: 'rm -f /srv/half /srv/other-half /srv/log' }),
      })),
  });
}

function firstWord({ stdout }: { readonly stdout: string }): string {
  return stdout.split(/\s/)[0] ?? '';
}

function marked(name: string): string {
  return sh`if [ -e /srv/${name} ]; then cat /srv/${name}; else echo off; fi`;
}

function mark(name: string): string {
  return sh`echo on >/srv/${name}`;
}

/** Tasks that are right, and some that are not. */
export default playbook({
  name: 'faults',
  hosts: 'web',
  vars: z.object({ faults: z.array(z.string()), token: z.string() }),
  tasks: ({ vars: { faults, token } }) => [
    folder({ path: '/srv/app/data', mode: '0750' }),
    ...faults.flatMap((name) => FAULTS[name]?.(token) ?? []),
    inFile({ path: '/etc/hosts', what: { line: '10.0.0.1 db' } }),
  ],
});
