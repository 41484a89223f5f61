import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Answers } from '#engine/model/answers.ts';
import type { Output, Read } from '#engine/model/read.ts';
import { reveal, Secret } from '#engine/model/secret.ts';
import type { Task } from '#engine/model/task.ts';
import { accountOf, groupNumber } from '#tasks/system/accounts.ts';
import { authorizedKeys } from '#tasks/system/authorized-keys.ts';
import { certificate } from '#tasks/system/certificate.ts';
import { packagesAt } from '#tasks/system/package-reads.ts';
import { packages } from '#tasks/system/packages.ts';
import { repository } from '#tasks/system/repository.ts';
import { service } from '#tasks/system/service.ts';
import { unit } from '#tasks/system/unit.ts';
import { noUser, user } from '#tasks/system/user.ts';
import { runShell, SHELLS } from '../../engine/shell/shells.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rota-system-'));
  for (const folder of ['etc/init.d', 'run', 'home/ada/.ssh', 'root'])
    mkdirSync(join(root, folder), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

const put = (path: string, text: string) => writeFileSync(join(root, path), text);

/** What a read says of the folder that stands for the root of a host. */
function ask<T>(shell: readonly string[], read: Read<T>): T {
  const script = 'script' in read ? [...(read.shared ?? []), read.script].join('\n') : '';
  const here = script.replaceAll(/(?<=[ ="<])\/(?=etc\/|run\/)/g, `${root}/`);
  const { status, stdout, stderr } = runShell(shell, here);
  expect([status, `${stderr}`]).toEqual([0, '']);
  return read.parse({ status, bytes: stdout, stdout: `${stdout}` } as Output);
}

/** The only read of a task that is no path. */
function scriptOf(task: Task): Read<unknown> {
  const [read, ...more] = task.reads.filter((one) => !('path' in one));
  if (read === undefined || more.length > 0) throw new Error(`${task.title} asks otherwise`);
  return read;
}

describe.for(SHELLS)('under %s', ([, shell]) => {
  test('users and groups are told as the files have them, others’ names and parts of them aside', () => {
    put('etc/passwd', 'ad:x:1:1::/:/bin/false\nada:x:1000:1000:A \\n B,,:/home/ada:\n');
    put('etc/group', 'ada2:x:1:\nada:x:1000:\nz:x:5:ad,ada\nb:x:6:ada\nc:x:7:ada2\n');
    expect(ask(shell, accountOf('ada'))).toEqual({
      ...{ uid: 1000, comment: 'A \\n B,,', home: '/home/ada', shell: '' },
      ...{ group: 'ada', groups: 'b,z', ownGroup: '1000' },
    });
    expect(ask(shell, accountOf('eve'))).toEqual({ groups: '' });
    expect(ask(shell, groupNumber('z'))).toBe(5);
    expect(ask(shell, groupNumber('d'))).toBe(undefined);
  });

  test('a service has read its files, unless one has changed since it was started or told', () => {
    const read = () =>
      ask(shell, scriptOf(service({ name: 'clock', reads: [join(root, 'etc/clock')] })));
    expect(read()).toMatchObject({ known: false, running: false });
    put('etc/init.d/clock', `#!/bin/sh\nPIDFILE="${root}/run/main.pid"\n`);
    chmodSync(join(root, 'etc/init.d/clock'), 0o755);
    put('run/main.pid', String(process.pid));
    mkdirSync(join(root, 'etc/clock'));
    put('etc/clock/a', '');
    const fact = { known: true, running: true, enabled: 'disabled' };
    expect(read()).toEqual({ ...fact, newer: join(root, 'etc/clock/a') });
    mkdirSync(join(root, 'run/rota/services'), { recursive: true });
    put('run/rota/services/clock', '');
    expect(read()).toEqual({ ...fact, newer: '' });
    // A clock of files may stand still for some milliseconds.
    execFileSync('sleep', ['0.02']);
    put('etc/clock/b', '');
    expect(read()).toEqual({ ...fact, newer: join(root, 'etc/clock/b') });
  });

  test('keys are read, and no link in their user’s home', () => {
    const read = () => ask(shell, scriptOf(authorizedKeys({ user: 'ada', keys: [] })));
    put('etc/passwd', `ada:x:0:0::${root}/home/ada:/bin/sh\n`);
    put('root/secret', 'of root');
    put('home/ada/.ssh/authorized_keys', 'one\n');
    expect(read()).toMatchObject({ path: join(root, 'home/ada'), keys: 'one\n' });
    rmSync(join(root, 'home/ada/.ssh/authorized_keys'));
    symlinkSync(join(root, 'root/secret'), join(root, 'home/ada/.ssh/authorized_keys'));
    expect(read()).toMatchObject({ file: 'link', keys: undefined });
    rmSync(join(root, 'home/ada/.ssh'), { recursive: true });
    symlinkSync(join(root, 'root'), join(root, 'home/ada/.ssh'));
    expect(read).toThrow('Keys are not kept behind a link that their user can lead elsewhere');
  });

  test('what the tasks run, and how they undo it, has no error in its syntax', () => {
    const facts: Readonly<Record<string, unknown>> = {
      'install a=1 b': {
        ...PACKAGES,
        comes: [{ name: 'a', version: '1', old: '2' }],
        obstacles: [],
      },
      'remove a': PACKAGES,
      'user ada': { uid: 1, comment: "it's", groups: 'a', ownGroup: '1' },
      'user eve': { groups: '', ownGroup: '1' },
    };
    const pem = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----';
    const key = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n-----END PGP PUBLIC KEY BLOCK-----';
    const tasks = [
      packages(['a=1', 'b'], { held: false }),
      noUser('ada'),
      user({ name: 'ada', uid: 2, locked: true }),
      user({ name: 'eve', password: new Secret('*') }),
      unit({ name: 'a.timer', body: '' }),
      service({ name: 'a', reads: ["/it's"] }),
      certificate({ name: 'a', body: pem }),
      repository({ name: 'a', uri: 'http://a', key }),
    ];
    const scripts = tasks.flatMap((task) => [
      ...task.reads.flatMap((read) =>
        'script' in read ? [read.script, ...(read.shared ?? [])] : [],
      ),
      ...commandsOf(task, facts).flatMap(({ script, undo = '' }) => [reveal(script), reveal(undo)]),
    ]);
    expect(scripts).toHaveLength(37);
    for (const script of scripts) {
      const { status, stderr } = runShell(shell, `if false; then :\n${script}\nfi`);
      expect([status, `${stderr}`]).toEqual([0, '']);
    }
  });
});

const PACKAGES = {
  manager: 'apt',
  installed: new Map([['a', { version: '2', held: true }]]),
  comes: [],
  goes: [],
  configured: new Set(),
  obstacles: ['none'],
};

/** What a task runs where its reads have these facts, or else those that nothing has told. */
function commandsOf(task: Task, facts: Readonly<Record<string, unknown>>) {
  const nothing = { status: 0, bytes: Buffer.of(), stdout: 'absent\n', stderr: '' };
  const answers = task.reads.map((read) => {
    const fact =
      facts[read.key] ?? read.parse('path' in read ? nothing : { ...nothing, stdout: '' });
    return [read.key, { ...nothing, fact }] as const;
  });
  const { commands } = task.plan(new Answers(new Map(answers)));
  return commands.flatMap((command) => (command.kind === 'run' ? [command] : []));
}

test('what dnf and apt say they would do is told apart from what is there', () => {
  const parse = (stdout: string) =>
    packagesAt('install', ['a']).parse({ status: 0, bytes: Buffer.of(), stdout, stderr: '' });
  const said = `apt
installed hold a 1:2-3
config-files deinstall b 1

plan
Inst c (2 here:1/now [all]) []
Inst d [1] (2 here:1/now [all])
Remv e [5]
E: Unable to locate package f
config-files deinstall c 1
`;
  expect(parse(said)).toEqual({
    manager: 'apt',
    installed: new Map([['a', { version: '1:2-3', held: true }]]),
    comes: [
      { name: 'c', version: '2', old: undefined },
      { name: 'd', version: '2', old: '1' },
    ],
    goes: [{ name: 'e', version: '5', old: undefined }],
    configured: new Set(['b', 'c']),
    obstacles: ['Unable to locate package f'],
  });
  expect(() => parse('none\n')).toThrow('The host has neither apt nor dnf');
  expect(() => parse('what?\n')).toThrow('The host gave an answer that makes no sense');
});
