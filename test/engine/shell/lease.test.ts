import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compileProgram } from '#engine/shell/compile.ts';
import { leaseScript } from '#engine/shell/lease.ts';
import { SHELLS } from './shells.ts';

const ME = `${process.getuid?.()}:${process.getgid?.()}`;
const ABOUT = { owner: 'ada@desk', since: '2026-11-24T00:00:00Z', what: 'test' };
let root: string;
let started: ChildProcess[];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rota-lease-'));
  mkdirSync(join(root, 'bin'));
  started = [];
});
afterEach(async () => {
  for (const child of started) await ended(child);
  rmSync(root, { recursive: true });
});

function here(script: string): string {
  return script.replaceAll('/var/lib/rota', `${root}/lib`).replaceAll('/run/rota', `${root}/run`);
}

function start(words: readonly string[]): ChildProcess {
  const [program = '', ...args] = words;
  const env = { ...process.env, PATH: `${root}/bin:${process.env['PATH']}` };
  const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'ignore'] });
  started.push(child);
  return child;
}

/** A lease as rota asks for it: its stdin is what is sent to the host. */
function lease(shell: readonly string[], runId: string): ChildProcess {
  const [program = '', ...args] = shell.slice(0, -1);
  return start([program, ...args, '-c', here(leaseScript(runId, `mark-${runId}`, ABOUT))]);
}

async function says(child: ChildProcess, text: string): Promise<void> {
  let said = '';
  for await (const chunk of child.stdout ?? []) {
    said += chunk;
    if (said.includes(text)) return;
  }
  throw new Error(`It ended without ${text}: ${said}`);
}

async function ended(child: ChildProcess): Promise<void> {
  child.stdin?.destroy();
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** A sync that takes as long as the test wants. */
function slowSync(): void {
  const script = `#!/bin/sh\n: >${root}/syncing\nuntil [ -e ${root}/synced ]; do sleep 0.05; done\n`;
  writeFileSync(join(root, 'bin/sync'), script);
  chmodSync(join(root, 'bin/sync'), 0o755);
}

/** busybox runs its own sync, not what the test has put there. */
const OTHER_SHELLS = SHELLS.filter(([name]) => name !== 'busybox');

describe.for(OTHER_SHELLS)('a lease under %s', ([, shell]) => {
  test('is not given while a program of a run that lost it can still write', async () => {
    slowSync();
    writeFileSync(join(root, 'f'), 'old');
    const first = lease(shell, 'r1');
    await says(first, 'mark-r1 held');
    const program = start([...shell]);
    const commands = [
      { kind: 'write', path: join(root, 'f'), body: 'r1', mode: '0644', owner: ME } as const,
    ];
    const input = { runId: 'r1', mark: 'm4rk', commands, reads: [], about: ABOUT };
    program.stdin?.end(
      here(compileProgram({ ...input, armed: true, leased: true, commandMs: 60_000 })),
    );
    await until(() => existsSync(join(root, 'syncing')));
    first.stdin?.destroy();
    await until(() => !existsSync(join(root, 'run/alive-r1')));
    const second = lease(shell, 'r2');
    await says(second, 'mark-r2 held');
    await ended(program);
    writeFileSync(join(root, 'synced'), '');
    expect(program.signalCode).toBe('SIGKILL');
    expect(readdirSync(join(root, 'lib/runs/r1')).sort()).not.toContain('armed');
    expect(readFileSync(join(root, 'f'), 'utf8')).toBe('old');
    second.stdin?.write('end\n');
    await Promise.all([ended(first), ended(second)]);
    expect(readdirSync(join(root, 'run'))).toEqual([]);
  });

  test('is given back at once by a rota that goes before it has it', async () => {
    mkdirSync(join(root, 'run'));
    writeFileSync(join(root, 'run/lease'), 'run=r0\n');
    const first = lease(shell, 'r1');
    first.stdout?.destroy();
    await ended(first);
    expect(readdirSync(join(root, 'run'))).toEqual([]);
  });
});
