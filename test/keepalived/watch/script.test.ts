import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, test } from 'vitest';
import { parseWatchLine } from '#keepalived/watch/prober.ts';
import { type WatchRequest, watchScript } from '#keepalived/watch/script.ts';
import { SHELLS } from '../../engine/shell/shells.ts';

const programs = mkdtempSync(join(tmpdir(), 'rota-watch-'));
afterAll(() => rmSync(programs, { recursive: true, force: true }));

const script = inFolder({
  interface: 'lo',
  sources: ['::1', '127.0.0.1'],
  vips: ['::1', '127.0.0.1'],
  peers: ['::1'],
});

/** The script, which has its pipes for a moment where root's state is; another user's is at HOME. */
function inFolder(request: WatchRequest): string {
  return watchScript(request).replaceAll('/run/rota', join(programs, 'run'));
}

const BUSYBOX = '/bin/busybox';
const canProbe =
  spawnSync('ping', ['-6', '-n', '-i', '0.04', '-c', '1', '-W', '1', '::1']).status === 0;

/** Runs it until so many lines came, ends its input, and gives what it printed. */
async function watch([program = '', ...args]: readonly string[], path: string) {
  const env = { ...process.env, PATH: path, HOME: programs };
  const shell = args.filter((word) => word !== '-s');
  const child = spawn(program, [...shell, '-c', script], { env });
  const closed = once(child, 'close');
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    // The loop that looks at the addresses has its turn a moment after the first answers.
    if (lines.length > 8 && lines.some((one) => one.startsWith('held'))) child.stdin.end();
  }
  // Its stdout has ended: no process that it started holds it open any more.
  const [status] = await closed;
  return { status, lines: lines.flatMap((line) => parseWatchLine(line) ?? []) };
}

describe.skipIf(!canProbe)('the script that watches (skipped where ::1 cannot be pinged)', () => {
  test.each(SHELLS)(
    'tells answers and what is held, and ends with its input, in %s',
    async (_, shell) => {
      const { status, lines } = await watch(shell, process.env['PATH'] ?? '');
      expect(status).toBe(0);
      expect(lines).toContainEqual({
        kind: 'state',
        link: true,
        held: new Set(['::1', '127.0.0.1']),
      });
      expect(lines.filter(({ kind }) => kind === 'reply').length).toBeGreaterThan(4);
    },
  );

  test.skipIf(!existsSync(BUSYBOX))('does without the time of iputils, with busybox', async () => {
    symlinkSync(BUSYBOX, join(programs, 'ping'));
    const path = [programs, process.env['PATH']].join(delimiter);
    const { status, lines } = await watch(['sh'], path);
    expect(status).toBe(0);
    const replies = lines.filter((line) => line.kind === 'reply');
    expect(new Set(replies.map(({ clockMs }) => clockMs))).toEqual(new Set([undefined]));
  });
});
