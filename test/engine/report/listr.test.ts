import { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { listrReport } from '#engine/report/listr.ts';
import type { RunEvent } from '#engine/run/events.ts';
import { changed, NO_ANSWER, planned, runStarted, summary } from './events.ts';

/** A terminal that keeps all that is written to it. */
class Screen extends Writable {
  readonly isTTY = true;
  readonly columns = 60;
  readonly rows = 20;
  text = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }

  /** No colours. */
  getColorDepth(): number {
    return 1;
  }

  /** What was written after the rows that moved were taken away. */
  get rest(): string {
    return stripVTControlCharacters(this.text.slice(this.text.lastIndexOf('\u001b[2K')));
  }
}

function terminal() {
  const stdout = new Screen();
  const stderr = new Screen();
  const streams = { stdout, stderr } as unknown as Parameters<typeof listrReport>[0] & object;
  return { stdout, streams };
}

const EVENTS: readonly RunEvent[] = [
  runStarted(['node1', 'node2']),
  ...planned('node1', { sysctl: false, '/etc/keepalived/keepalived.conf': true }),
  { type: 'hostUnreachable', host: 'node2', failure: NO_ANSWER },
  ...changed('node1', '/etc/keepalived/keepalived.conf'),
  { type: 'hostFinished', summary: summary('node1', { ok: 1, changed: 1 }) },
  { type: 'hostFinished', summary: summary('node2', { unreachable: true }) },
];

test('the rows follow the run, and leave what happened behind', async () => {
  const { stdout, streams } = terminal();
  const report = listrReport(streams);
  for (const event of EVENTS.slice(0, 4)) report.onEvent(event);
  const moving = () => stripVTControlCharacters(stdout.text);
  await expect.poll(moving).toContain('· node1  waiting, 1 task to change');
  for (const event of EVENTS.slice(4)) report.onEvent(event);
  await report.end();
  expect(stdout.rest).toMatchInlineSnapshot(`
    "keepalived on 2 hosts
    ✔ node1  changed  1 of 2 tasks
      /etc/keepalived/keepalived.conf
    ✖ node2  unreachable  The host does not answer

    "
  `);
});

test('a run that is over at once is shown all the same', async () => {
  const { stdout, streams } = terminal();
  const report = listrReport(streams);
  for (const event of EVENTS) report.onEvent(event);
  await report.end();
  expect(stdout.rest).toContain('✖ node2  unreachable  The host does not answer');
});

test('while somebody is asked no row moves, and the rows go on below the answer', async () => {
  const { stdout, streams } = terminal();
  const report = listrReport(streams);
  for (const event of EVENTS.slice(0, 4)) report.onEvent(event);
  const asked = await report.suspend(async () => {
    const before = stdout.text;
    stdout.write('Apply? ');
    await delay(300);
    return stdout.text.slice(before.length);
  });
  for (const event of EVENTS.slice(4)) report.onEvent(event);
  await report.end();
  expect(asked).toBe('Apply? ');
  const said = stripVTControlCharacters(stdout.text);
  expect(said.slice(0, said.indexOf('Apply? '))).toContain('node1  waiting, 1 task to change');
  expect(stdout.rest).toContain('✔ node1  changed  1 of 2 tasks');
  expect(stdout.rest).not.toContain('Apply? ');
});

test('a run that never started shows nothing and ends', async () => {
  const { stdout, streams } = terminal();
  await listrReport(streams).end();
  expect(stdout.text).toBe('');
});

test('Ctrl-C is left to others, and the streams are given back', async () => {
  const { stdout, streams } = terminal();
  const listeners = process.listenerCount('SIGINT');
  const report = listrReport(streams);
  report.onEvent(EVENTS[0] as RunEvent);
  await expect.poll(() => stdout.text).not.toBe('');
  expect(process.listenerCount('SIGINT')).toBe(listeners);
  stdout.write('said meanwhile\n');
  expect(stdout.text).not.toContain('said meanwhile');
  await report.end();
  stdout.write('said after\n');
  expect(stdout.rest).toContain('said meanwhile');
  expect(stdout.rest).toContain('said after');
});
