import { describe, expect, test } from 'vitest';
import { Failure, failuresOf } from '#engine/model/failure.ts';
import type { Task } from '#engine/model/task.ts';
import { authorizedKeys } from '#tasks/system/authorized-keys.ts';
import { certificate } from '#tasks/system/certificate.ts';
import { cron } from '#tasks/system/cron.ts';
import { group, noGroup } from '#tasks/system/group.ts';
import { noPackages, packages } from '#tasks/system/packages.ts';
import { repository } from '#tasks/system/repository.ts';
import { isSchedule } from '#tasks/system/schedule.ts';
import { service } from '#tasks/system/service.ts';
import { unit } from '#tasks/system/unit.ts';
import { noUser, user } from '#tasks/system/user.ts';

/** What is said of each option that is wrong, before any host is asked. */
function refusals(make: () => Task): readonly string[] {
  try {
    make();
    return [];
  } catch (error) {
    return failuresOf(error).map(({ message, where, fix }) => {
      if (fix === undefined) throw new Failure(`no way to mend ${message}`);
      return `${where}: ${message}`;
    });
  }
}

const HOSTILE = "a'; touch x #\n";
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICicb25RWtC3P02B5qgZi2uwOBKe/PEFwwYIOvMI+RDc';

test('each task says all that is wrong with its options at once', () => {
  const path = '/srv/a:b';
  const wrong = [
    () => group({ name: HOSTILE, gid: -1 }),
    () => noGroup('-r'),
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
  expect(wrong.map(refusals)).toMatchInlineSnapshot(`
    [
      [
        "group "a'; touch x #\\n": A user or group cannot have this name",
        "group "a'; touch x #\\n": A user or group cannot have this number",
      ],
      [
        "group "-r": A user or group cannot have this name",
      ],
      [
        "user "": A user or group cannot have this name",
        "user "": A user or group cannot have this number",
        "user "": A user or group cannot have this name",
        "user "": A shell is an absolute path without colons",
        "user "": A home is an absolute path without colons",
        "user "": A comment is one line without colons",
      ],
      [
        "user "root:x": A user or group cannot have this name",
      ],
      [
        "keys of "a/b": A user or group cannot have this name",
        "keys of "a/b": This is no public key of SSH",
        "keys of "a/b": This is no public key of SSH",
        "keys of "a/b": This is no public key of SSH",
      ],
      [
        "cron "a.b": cron reads no file of this name",
        "cron "a.b": This is no schedule of cron",
        "cron "a.b": cron runs one line",
        "cron "a.b": A user or group cannot have this name",
      ],
      [
        "certificate "../a": A certificate cannot have this name",
        "certificate "../a": This is not one certificate in PEM",
      ],
      [
        "unit "../a.service": systemd has no unit of this name",
      ],
      [
        "service "../a": A service cannot have this name",
        "service "../a": What a service reads is given by absolute paths",
      ],
      [
        "packages curl, -y, a b, a=, g++: A package cannot have this name",
        "packages curl, -y, a b, a=, g++: A package cannot have this name",
        "packages curl, -y, a b, a=, g++: A package cannot have this name",
      ],
      [
        "no packages curl=1: A package cannot have this name",
      ],
      [
        "repository "a.b": A repository cannot have this name",
        "repository "a.b": This is no address of a repository",
        "repository "a.b": This is no key of a repository in text",
        "repository "a.b": A suite or component cannot have this name",
        "repository "a.b": A suite has components, and a path that ends in / has none",
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
  expect(right.flatMap(refusals)).toEqual([]);
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
