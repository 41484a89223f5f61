import { describe, expect, test } from 'vitest';
import { failuresOf } from '#engine/model/failure.ts';
import type { Task } from '#engine/model/task.ts';
import { authorizedKeys } from '#tasks/system/authorized-keys.ts';
import { certificate } from '#tasks/system/certificate.ts';
import { cron } from '#tasks/system/cron.ts';
import { group } from '#tasks/system/group.ts';
import { noPackages, packages } from '#tasks/system/packages.ts';
import { repository } from '#tasks/system/repository.ts';
import { isSchedule } from '#tasks/system/schedule.ts';
import { service } from '#tasks/system/service.ts';
import { unit } from '#tasks/system/unit.ts';
import { noUser, user } from '#tasks/system/user.ts';

/** What is said of the options of a task that are wrong, before any host is asked. */
function refusal(make: () => Task): readonly string[] {
  try {
    make();
    return [];
  } catch (error) {
    const [{ where = '', output = '' } = {}, ...more] = failuresOf(error);
    expect(more).toEqual([]);
    return [where, ...output.split('\n')];
  }
}

const HOSTILE = "a'; touch x #\n";
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICicb25RWtC3P02B5qgZi2uwOBKe/PEFwwYIOvMI+RDc';

test('each task says all that is wrong with its options at once', () => {
  const path = '/srv/a:b';
  const wrong = [
    () => group({ name: HOSTILE, gid: -1 }),
    () => user({ name: '', uid: 1.5, groups: ['a b'], shell: 'sh', home: path, comment: 'a:b' }),
    () => noUser('root:x'),
    () =>
      authorizedKeys({ user: 'a/b', keys: ['', `${KEY}\n${KEY}`, KEY.replace('AAAAC', 'BBBBC')] }),
    () => cron({ name: 'a.b', schedule: '60 * * * *', command: 'a\nb', user: 'a b' }),
    () => certificate({ name: '../a', body: '-----BEGIN PRIVATE KEY-----' }),
    () => unit({ name: '../a.service', body: '' }),
    () => service({ name: '../a', reads: ['etc/a'] }),
    () => packages(['curl', '-y', 'a b', 'a=', 'g++']),
    () => noPackages(['curl=1']),
    () => repository({ name: 'a.b', uri: 'here', key: '', suite: 'a b', components: [] }),
  ];
  expect(wrong.map(refusal)).toMatchInlineSnapshot(`
    [
      [
        "group a'; touch x #
    ",
        "name must be letters, digits and _.-, up to 32, not "a'; touch x #\\n"",
        "gid must be a whole number",
      ],
      [
        "user ",
        "name must be letters, digits and _.-, up to 32, not """,
        "uid must be a whole number",
        "groups must be letters, digits and _.-, up to 32, not "a b"",
        "shell must be an absolute path without colons",
        "home must be an absolute path without colons",
        "comment must be one line without colons",
      ],
      [
        "no user root:x",
        "name must be letters, digits and _.-, up to 32, not "root:x"",
      ],
      [
        "keys of a/b",
        "user must be letters, digits and _.-, up to 32, not "a/b"",
        "keys must be the line of a .pub each, not """,
        "keys must be the line of a .pub each, not "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICicb25RWtC3P02B5qgZi2uwOBKe/PEFwwYIOvMI+RDc\\nssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICicb25RWtC3P02B5qgZi2uwOBKe/PEFwwYIOvMI+RDc"",
        "keys must be the line of a .pub each, not "ssh-ed25519 BBBBC3NzaC1lZDI1NTE5AAAAICicb25RWtC3P02B5qgZi2uwOBKe/PEFwwYIOvMI+RDc"",
      ],
      [
        "cron a.b",
        "name must be letters, digits, _ and -: cron reads no other file",
        "schedule must be minute, hour, day, month and weekday, such as 30 4 * * 1-5",
        "command must be one line",
        "user must be letters, digits and _.-, up to 32, not "a b"",
      ],
      [
        "certificate ../a",
        "name must be letters, digits and _.-",
        "body must be one certificate in PEM, from BEGIN to END CERTIFICATE",
      ],
      [
        "unit ../a.service",
        "name must be that of a unit, with an ending such as .service or .timer",
      ],
      [
        "service ../a",
        "name must be that of a unit or an init script",
        "reads must be an absolute path on one line, without //, /./ and /../, that ends in a name",
      ],
      [
        "packages",
        "packages must be names, or name=version, not "-y"",
        "packages must be names, or name=version, not "a b"",
        "packages must be names, or name=version, not "a="",
      ],
      [
        "noPackages",
        "packages must be names alone",
      ],
      [
        "repository a.b",
        "name must be letters, digits, _ and -",
        "uri must be one with http, https, ftp or file",
        "key must be text from BEGIN PGP PUBLIC KEY BLOCK on: gpg --armor --export makes it",
        "suite must be one word, such as bookworm",
        "components must be given for a suite, and for no path that ends in /",
      ],
    ]
  `);
});

test('what is right is refused by none', () => {
  const right = [
    () => user({ name: 'Ada_1.b-c', uid: 0, comment: HOSTILE.trim() }),
    () => authorizedKeys({ user: 'a', keys: [KEY, `restrict,command="a \\"b\\"" ${KEY} it's me`] }),
    () => cron({ name: 'a', schedule: '@daily', command: HOSTILE.trim() }),
    () => unit({ name: 'a@b.timer', body: '' }),
    () => service({ name: 'a@b', reads: ["/etc/it's"] }),
    () => packages(['g++', 'libstdc++6=12.2.0-14+deb12u1', 'a=1:2~rc1^x']),
    () => noPackages(['a.b']),
  ];
  expect(right.flatMap(refusal)).toEqual([]);
});

describe('a schedule of cron', () => {
  test.for([
    ['* * * * *', true],
    ['*/5 0-6,22 1 jan-MAR mon-fri', true],
    ['0 4 31 12 7', true],
    ['@reboot', true],
    ['* * * *', false],
    ['* * * * * *', false],
    ['60 * * * *', false],
    ['* 24 * * *', false],
    ['* * 0 * *', false],
    ['* * * 13 *', false],
    ['* * * * 8', false],
    ['5-1 * * * *', false],
    ['*/0 * * * *', false],
    ['mon * * * *', false],
    ['*-3 * * * *', false],
    ['1,, * * * *', false],
    ['@often', false],
  ] as const)('%s: %s', ([text, isRight]) => {
    expect(isSchedule(text)).toBe(isRight);
  });
});
