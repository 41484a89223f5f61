import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatMost, formatTime, LIMITS, LOGIN_MS, RUNTIME_MS } from '#engine/model/limits.ts';
import { SILENCE_SECONDS } from '#engine/shell/undo.ts';
import { VRRP_SECONDS } from '#keepalived/profile.ts';
import { CHANNELS } from '#lib/ssh/channels.ts';
import { FORKS } from '../cli/flags/run.ts';

const HOSTS = readFileSync(join(import.meta.dirname, '../docs/hosts.md'), 'utf8');

test('the table of limits in docs/hosts.md says what the code has, and what changes it', () => {
  const byFlag = Object.values(LIMITS).map((limit) => [
    limit.what,
    formatMost(limit),
    `\`--at-most ${limit.name}=…\``,
  ]);
  const expected = [
    [
      'a connection, and each step of the login',
      formatTime(LOGIN_MS),
      '`ansible_timeout`, `ConnectTimeout`',
    ],
    ...byFlag,
    ['a gate', `${VRRP_SECONDS} s and all tries of the slowest check`, '`keepalived_gate_seconds`'],
    ['a command of exec', 'none', '`--timeout`'],
    ['hosts worked on at once', `${FORKS}`, '`--forks`'],
    [
      'a container runtime to say whether it has an image',
      formatTime(RUNTIME_MS),
      expect.any(String),
    ],
    ['a heartbeat, after which a host undoes the run', `${SILENCE_SECONDS} s`, expect.any(String)],
    ['commands at once on a host', `${CHANNELS}`, expect.any(String)],
  ];
  expect(rows()).toEqual(expected);
  // These are fixed, and say why.
  for (const [, , why] of rows().slice(-3)) expect(why).toMatch(/^nothing: ./);
});

/** The cells of the table, without its head. */
function rows(): readonly (readonly string[])[] {
  const section = HOSTS.split('## Limits\n')[1]?.split('\n## ')[0] ?? '';
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
