import { afterAll, beforeAll, expect, test } from 'vitest';
import { Failures } from '#engine/model/failure.ts';
import { formatLimit, LIMITS } from '#engine/model/limits.ts';
import { limitsOf } from '../../cli/flags/limits.ts';
import { Desk } from './rota.ts';

let desk: Desk;
beforeAll(() => {
  desk = new Desk();
});
afterAll(() => desk.remove());

test('--at-most changes the limits that it names, and no other', () => {
  const { reads, line, ...others } = limitsOf({ atMost: ['reads=3m', 'line=64KB'] });
  expect([reads, line].map(formatLimit)).toEqual([
    'the answers to all reads: 180 s at most (--at-most reads=TIME)',
    'a line: 64 KB at most (--at-most line=SIZE)',
  ]);
  expect(others).toEqual({ ...LIMITS, reads: undefined, line: undefined });
  expect(limitsOf({})).toEqual(LIMITS);
});

test('--at-most says all that is wrong at once', () => {
  const wrong = [
    'raeds=3m',
    'reads',
    'reads=3',
    'reads=64KB',
    'undo=2d',
    'line=1B',
    '=',
    'sign=0s',
  ];
  const said = () => {
    try {
      return limitsOf({ atMost: ['undo=1m', ...wrong] });
    } catch (error) {
      if (!(error instanceof Failures)) throw error;
      return error.failures.map(({ message, where, fix }) => `${message}: ${where}. ${fix}`);
    }
  };
  expect(said()).toMatchInlineSnapshot(`
    [
      "There is no limit of that name: --at-most raeds=3m. Did you mean reads?",
      "A limit cannot be that: --at-most reads. Give a time from 1s to 1d, such as 3m: --at-most reads=…",
      "A limit cannot be that: --at-most reads=3. Give a time from 1s to 1d, such as 3m: --at-most reads=…",
      "A limit cannot be that: --at-most reads=64KB. Give a time from 1s to 1d, such as 3m: --at-most reads=…",
      "A limit cannot be that: --at-most undo=2d. Give a time from 1s to 1d, such as 3m: --at-most undo=…",
      "A limit cannot be that: --at-most line=1B. Give a size from 1KB to 256MB, such as 64KB: --at-most line=…",
      "There is no limit of that name: --at-most =. Name one of reads, command, lease, release, message, undo, keeping, ending, watch, drill, reach, sign, forgetting, host, output, answer, lines and line: --at-most NAME=VALUE",
      "A limit cannot be that: --at-most sign=0s. Give a time from 1s to 1d, such as 3m: --at-most sign=…",
    ]
  `);
});

test('what --at-most says holds on a host, and what is wrong in it ends a command before that', () => {
  const exec = (value: string) =>
    desk.rota('exec', 'all', desk.inventory(), '--at-most', value, '--', 'head -c 5000 /dev/zero');
  expect(exec('output=1KB').stderr).toContain('1 KB at most (--at-most output=SIZE)');
  const { status, stdout, stderr } = exec('output=1');
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toContain('✖ A limit cannot be that');
});

test('what is wrong in --at-most ends a command that asks no host, too', () => {
  const inventory = desk.inventory();
  for (const words of [
    ['lint', inventory],
    ['deploy', '--list-hosts', inventory],
  ])
    expect(desk.rota(...words, '--at-most', 'reads=soon').stderr).toContain(
      'A limit cannot be that',
    );
});
