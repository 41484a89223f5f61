import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compileProgram } from '#engine/shell/compile.ts';
import { noStrace } from './count-processes.ts';
import { SHELLS } from './shells.ts';

const ME = `${process.getuid?.()}:${process.getgid?.()}`;
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rota-durable-'));
  mkdirSync(join(root, 'run'));
  const [uptime = ''] = readFileSync('/proc/uptime', 'utf8').split('.');
  writeFileSync(join(root, 'run/alive-r1'), `${uptime}\n`);
});
afterEach(() => rmSync(root, { recursive: true }));

/** What an armed program has put on the disk, and made, in that order, by the kernel's calls. */
function order(shell: readonly string[]): readonly string[] {
  const path = join(root, 'target');
  writeFileSync(path, 'old\n');
  const input = {
    runId: 'r1',
    mark: 'm4rk',
    commands: [{ kind: 'write', path, body: 'new\n', mode: '0644', owner: ME }],
    reads: [],
    about: { owner: 'ada@desk', since: '2026-11-24T00:00:00Z', what: 'test' },
    armed: true,
    leased: false,
    commandMs: 60_000,
  } as const;
  const program = compileProgram(input)
    .replaceAll('/var/lib/rota', `${root}/lib`)
    .replaceAll('/run/rota', `${root}/run`);
  const log = join(root, 'calls');
  const calls = 'trace=fsync,fdatasync,sync,syncfs,openat,open,creat,rename,renameat,renameat2';
  // Without `armed` its watchdog ends, too, for which strace waits.
  const disarmed = `${program}mv ${root}/lib/runs/r1/armed ${root}/lib/runs/r1/done\n`;
  spawnSync('strace', ['-f', '-y', '-e', calls, '-o', log, ...shell], { input: disarmed });
  const seen = readFileSync(log, 'utf8').split('\n').flatMap(stepIn);
  return seen.filter((step, index) => seen.indexOf(step) === index);
}

function stepIn(call: string): readonly string[] {
  if (/ sync\(\)/.test(call)) return ['pre-image on disk', 'armed on disk'];
  if (/ f(data)?sync\(\d+<[^>]*\/runs\/r1\/1>/.test(call)) return ['pre-image on disk'];
  if (/ f(data)?sync\(\d+<[^>]*\/runs\/r1\/armed>/.test(call)) return ['armed on disk'];
  if (/ (openat|open|creat)\(.*\/runs\/r1\/armed", .*O_CREAT/.test(call)) return ['armed'];
  if (/ rename(at2?)?\(.*"(\.\/|\.\.\/)?target"[,)]/.test(call)) return ['changed'];
  return [];
}

describe.skipIf(noStrace).for(SHELLS)('an armed program under %s', ([, shell]) => {
  test('has its way back on the disk before it changes anything, and what that needs before that', () => {
    expect(order(shell)).toEqual(['pre-image on disk', 'armed', 'armed on disk', 'changed']);
  });
});
