import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatBytes, formatTime, LIMITS, MOST_BYTES } from '#engine/model/limits.ts';
import { SILENCE_SECONDS } from '#engine/shell/undo.ts';
import { VRRP_SECONDS } from '#keepalived/profile.ts';
import { CHANNELS } from '#lib/ssh/channels.ts';
import { FORKS } from '../cli/flags/run.ts';

const HOSTS = readFileSync(join(import.meta.dirname, '../docs/hosts.md'), 'utf8');

test('the table of limits in docs/hosts.md says what the code has', () => {
  const expected = [
    ...Object.values(LIMITS).map(({ what, ms }) => [what, formatTime(ms)]),
    ['a heartbeat, after which a host undoes the run', `${SILENCE_SECONDS} s`],
    ['a gate', `${VRRP_SECONDS} s and all tries of the slowest check`],
    ['a command of exec', 'none'],
    ['what is kept of all that runs on a host at once', formatBytes(MOST_BYTES.host)],
    ['what is kept of one command, or of all reads', formatBytes(MOST_BYTES.command)],
    ['the answer to one read', formatBytes(MOST_BYTES.read)],
    ['the lines of one command of a task', formatBytes(MOST_BYTES.lines)],
    ['a line', formatBytes(MOST_BYTES.line)],
    ['hosts worked on at once', `${FORKS}`],
    ['commands at once on a host', `${CHANNELS}`],
  ];
  expect(rows().map(([what, most]) => [what, most])).toEqual(expected);
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
