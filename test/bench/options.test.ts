import { expect, test } from 'vitest';
import { failuresOf } from '#engine/model/failure.ts';
import { parseOptions } from '../../bench/options.ts';

const ALL = [
  { name: 'rota', words: ['rota'] },
  { name: 'floor', words: ['floor'] },
  { name: 'ssh', words: ['ssh'] },
  { name: 'ssh-25519', words: ['ssh'] },
  { name: 'ansible', words: ['ansible'], missing: 'ansible-playbook' },
];

test('a quick look takes fewer rounds of those that are quick, and is not for the docs', () => {
  expect(parseOptions(['--quick', '--hosts', '3', '--delay', '25ms'], ALL)).toEqual({
    counts: [3],
    delayMs: 25,
    rounds: 3,
    contestants: ALL.slice(0, 4),
    json: undefined,
    written: false,
  });
  expect(parseOptions(['--only', 'floor,ansible'], ALL)).toEqual({
    counts: [3, 30, 100],
    delayMs: 0,
    rounds: 5,
    contestants: [ALL[1], ALL[4]],
    json: undefined,
    written: true,
  });
});

test('all that cannot be understood is said at once', () => {
  const words = ['--hosts', '3,x', '--delay', '3', '--only', 'rota,flor'];
  const refused = () => {
    try {
      return parseOptions(words, ALL);
    } catch (error) {
      return failuresOf(error).map(({ where, fix }) => [where, fix]);
    }
  };
  expect(refused()).toEqual([
    ['--hosts 3,x', 'Write it as in 3,30,100.'],
    ['--delay 3', 'Write it as in 25ms.'],
    ['--only flor', 'Write it as in rota,floor,ssh,ssh-25519,ansible.'],
  ]);
});
