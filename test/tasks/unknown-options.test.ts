import { expect, test } from 'vitest';
import { Failure } from '#engine/model/failure.ts';
import * as checks from '../../api/checks.ts';
import * as all from '../../api/tasks.ts';

type Make = (...args: readonly unknown[]) => unknown;
const tasks = Object.entries(all).map(([name, make]) => [name, make as Make] as const);

/** What a task refuses, with what it says how to mend it. */
function refusalOf(make: Make, ...args: readonly unknown[]): string {
  try {
    make(...args);
  } catch (error) {
    if (error instanceof Failure) return `${error.output}\n${error.fix}`;
    throw error;
  }
  return '';
}

test('an option that a task does not have is refused by name, by each of them', () => {
  const refused = 'contnet is no option\n';
  const taking = tasks.filter(([, make]) => !refusalOf(make, { contnet: '' }).includes(refused));
  // They are given words alone.
  expect(taking.map(([name]) => name)).toMatchInlineSnapshot(`
    [
      "noEmptyFolder",
      "firewall",
      "hostname",
      "noSysctl",
      "noPackages",
      "packages",
      "swapOff",
      "sysctl",
      "timezone",
      "noUser",
    ]
  `);
});

test('nor does a check take one, behind what it asks', () => {
  const makers = Object.entries(checks).filter(([name]) => name !== 'allHold');
  const refusals = makers.map(([name, make]) => {
    const asked = name === 'portAnswers' ? 80 : 'http://a/';
    return `${name}: ${refusalOf(make as Make, asked, { onn: ['a'], deadlineMs: '5' })}`;
  });
  expect(refusals).toMatchInlineSnapshot(`
    [
      "commandSucceeds: onn is no option
    deadlineMs must be milliseconds
    Did you mean on? Mend them in the playbook.",
      "portAnswers: onn is no option
    deadlineMs must be milliseconds
    Did you mean on? Mend them in the playbook.",
      "serviceIsActive: onn is no option
    deadlineMs must be milliseconds
    Did you mean on? Mend them in the playbook.",
      "urlAnswers: onn is no option
    deadlineMs must be milliseconds
    Did you mean on? Mend them in the playbook.",
    ]
  `);
});

test.each<readonly [string, () => unknown, string]>([
  ['the nearest right name', () => all.reboot({ whne: ':' } as never), 'Did you mean when?'],
  ['beside a list', () => all.packages(['curl'], { helt: true } as never), 'Did you mean held?'],
  [
    'all of them where none is near',
    () => all.link({ path: '/a', target: 'b', force: true } as never),
    'The options are path and target.',
  ],
  [
    'within an option',
    () => all.folder({ path: '/a', inside: { ownr: 'a:b' } as never }),
    'inside.ownr is no option\nDid you mean owner?',
  ],
  [
    'of a check alone',
    () => checks.urlAnswers('http://a/', { matchin: /ok/ } as never),
    'matchin is no option\nDid you mean matching?',
  ],
  [
    'of an edit',
    () => all.inFile({ path: '/a', what: { line: 'a', insteadof: /a/ } as never }),
    'insteadof is no option\nDid you mean insteadOf?',
  ],
])('what it could be is said: %s', (_, make, said) => {
  expect(refusalOf(make)).toContain(said);
});
