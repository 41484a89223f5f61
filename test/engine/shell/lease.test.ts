import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compileProgram } from '#engine/shell/compile.ts';
import { leaseScript, unlockScript } from '#engine/shell/lease.ts';
import { UNDO_STATUS, undoScript } from '#engine/shell/undo.ts';
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
function lease(shell: readonly string[], runId: string, isBack = false): ChildProcess {
  const [program = '', ...args] = shell.slice(0, -1);
  const script = leaseScript({ runId, mark: `mark-${runId}`, about: ABOUT, isBack });
  return start([program, ...args, '-c', here(script)]);
}

/** A run that is armed, and has the host booted: from another boot, or this one, it is waited for so long. */
function bootingRun(runId: string, [boot, until, seconds]: readonly (string | number)[]): string {
  const folder = join(root, 'lib/runs', runId);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'about'), 'owner=ada@desk\n');
  writeFileSync(join(folder, 'booting'), `${boot} ${until} ${seconds}\n`);
  writeFileSync(join(folder, 'armed'), '');
  writeFileSync(join(folder, 'undo'), `mv ${folder}/armed ${folder}/undone`);
  return folder;
}

const BOOT = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
const LATER = 9_999_999_999;

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

/** A program of the host that does what the test wants. */
function stub(name: string, script: string): void {
  writeFileSync(join(root, 'bin', name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(root, 'bin', name), 0o755);
}

/** A run that died armed: its undo ends once rota, which waits for it, is gone. */
function waitingUndo(): void {
  mkdirSync(join(root, 'lib/runs/r0'), { recursive: true });
  writeFileSync(join(root, 'lib/runs/r0/armed'), '');
  const undo = `until [ -e ${root}/gone ]; do sleep 0.05; done; rm ${root}/lib/runs/r0/armed`;
  writeFileSync(join(root, 'lib/runs/r0/undo'), undo);
}

function realPath(program: string): string {
  return execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim();
}

/** busybox runs its own sync, not what the test has put there. */
const OTHER_SHELLS = SHELLS.filter(([name]) => name !== 'busybox');

describe.for(OTHER_SHELLS)('a lease under %s', ([, shell]) => {
  test('is not given while a program of a run that lost it can still write', async () => {
    stub('sync', `: >${root}/syncing; until [ -e ${root}/synced ]; do sleep 0.05; done`);
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

  test('that is given back is not taken away from whoever has it by then', async () => {
    const first = lease(shell, 'r1');
    await says(first, 'mark-r1 held');
    // The look at whose it is, and the removal: in between another run comes.
    const remove = `${realPath('rm')} "$@"`;
    stub(
      'rm',
      `case "$* " in *"/run/lease "*) ;; *) ${remove}; exit ;; esac
[ ! -e ${root}/removing ] || { ${remove}; exit; }
: >${root}/removing; until [ -e ${root}/go ]; do sleep 0.05; done; ${remove}`,
    );
    stub('sleep', `[ "$1" != 1 ] || : >${root}/waiting; exec ${realPath('sleep')} "$@"`);
    first.stdin?.write('end\n');
    await until(() => existsSync(join(root, 'removing')));
    const second = lease(shell, 'r2');
    const held = says(second, 'mark-r2 held');
    await Promise.race([held, until(() => existsSync(join(root, 'waiting')))]);
    writeFileSync(join(root, 'go'), '');
    await held;
    await ended(first);
    expect(readFileSync(join(root, 'run/lease'), 'utf8')).toContain('run=r2\n');
  });

  test.for([
    ['is to be', [BOOT, LATER, 0]],
    ['was', ['other', 0, LATER]],
  ] as const)('is not given where the host %s booted for another run', async ([, booting]) => {
    const folder = bootingRun('r1', booting);
    const other = lease(shell, 'r2');
    await says(other, 'run=r1\nowner=ada@desk\n\nmark-r2 locked');
    await ended(other);
    expect([readdirSync(folder), readdirSync(join(root, 'run'))]).toEqual([
      ['about', 'armed', 'booting', 'undo'],
      [],
    ]);
  });

  test('is not given where the host is to be booted since it was looked at', async () => {
    const folder = bootingRun('r1', [BOOT, LATER, 0]);
    renameSync(join(folder, 'booting'), join(folder, 'soon'));
    stub(
      'ln',
      `[ ! -e ${folder}/soon ] || mv ${folder}/soon ${folder}/booting
exec ${realPath('ln')} "$@"`,
    );
    const other = lease(shell, 'r2');
    await says(other, 'run=r1\nowner=ada@desk\n\nmark-r2 locked');
    await ended(other);
    expect([readdirSync(folder), readdirSync(join(root, 'run'))]).toEqual([
      ['about', 'armed', 'booting', 'undo'],
      [],
    ]);
  });

  test.for([
    ['did not come', [BOOT, 0, LATER]],
    ['came and nobody with it', ['other', LATER, 0]],
  ] as const)('is given where the boot %s, and undoes the run', async ([, booting]) => {
    const folder = bootingRun('r1', booting);
    const next = lease(shell, 'r2');
    await says(next, 'mark-r2 held');
    expect(readdirSync(folder)).toEqual(['about', 'undo', 'undone']);
    const back = lease(shell, 'r1', true);
    await says(back, 'mark-r1 locked');
    next.stdin?.write('end\n');
    await Promise.all([ended(next), ended(back)]);
    const late = lease(shell, 'r1', true);
    await says(late, 'mark-r1 lost');
  });

  test('that waits for a boot is taken away by force alone', () => {
    const folder = bootingRun('r1', ['other', 0, LATER]);
    const [program = '', ...args] = shell.slice(0, -1);
    const unlock = (force: boolean) =>
      execFileSync(program, [...args, '-c', here(unlockScript(force))], { encoding: 'utf8' });
    expect([unlock(false), unlock(true), unlock(true)]).toEqual([
      'run=r1\nowner=ada@desk\nalive=yes\n',
      'run=r1\nowner=ada@desk\n',
      '',
    ]);
    expect(readdirSync(folder)).toEqual(['about', 'armed', 'undo']);
  });

  test('goes on behind a boot, and is watched over as before', async () => {
    const folder = bootingRun('r1', ['other', 0, LATER]);
    const back = lease(shell, 'r1', true);
    await says(back, 'mark-r1 held');
    expect(readdirSync(folder)).toEqual(['about', 'armed', 'undo']);
    await ended(back);
    await until(
      () => existsSync(join(folder, 'undone')) && readdirSync(join(root, 'run')).length === 0,
    );
  });

  test('leaves nothing where it cannot be taken', async () => {
    stub('ln', 'exit 1');
    const broken = lease(shell, 'r1');
    await says(broken, 'mark-r1 broken');
    await ended(broken);
    expect(readdirSync(join(root, 'run'))).toEqual([]);
  });

  test('takes away what an undo has left staged that failed', async () => {
    mkdirSync(join(root, 'run'));
    // A heartbeat that does not end: else the watchdog would undo the run at once.
    writeFileSync(join(root, 'run/alive-r0'), '9999999999\n');
    writeFileSync(join(root, 'f'), 'old');
    const run = async (script: string) => {
      const child = start([...shell]);
      child.stdin?.end(here(script));
      await once(child, 'exit');
      return child.exitCode;
    };
    const commands = [
      { kind: 'write', path: join(root, 'f'), body: 'r0', mode: '0644', owner: ME } as const,
    ];
    const input = {
      runId: 'r0',
      mark: 'm4rk',
      commands,
      reads: [],
      about: ABOUT,
      commandMs: 60_000,
    };
    await run(compileProgram({ ...input, armed: true, leased: false }));
    stub('stat', 'echo nonsense');
    expect(await run(undoScript('r0'))).toBe(UNDO_STATUS.failed);
    rmSync(join(root, 'bin/stat'));
    const next = lease(shell, 'r1');
    await says(next, 'mark-r1 held');
    expect(readdirSync(root).sort()).toEqual(['bin', 'f', 'lib', 'run']);
  });

  test('leaves no heartbeat of a rota that goes while another run is undone', async () => {
    waitingUndo();
    const move = `${realPath('mv')} "$@"`;
    stub('sleep', `[ "$1" != 3 ] || set -- 0.1; exec ${realPath('sleep')} "$@"`);
    // A beat comes in the middle of the undo, and takes long.
    stub(
      'mv',
      `: >${root}/beating; until [ -e ${root}/ended ]; do sleep 0.05; done; ${move}; : >${root}/moved`,
    );
    const lost = lease(shell, 'r1');
    await until(() => existsSync(join(root, 'beating')));
    lost.stdout?.destroy();
    writeFileSync(join(root, 'gone'), '');
    await ended(lost);
    writeFileSync(join(root, 'ended'), '');
    await until(() => existsSync(join(root, 'moved')));
    await until(() => readdirSync(join(root, 'run')).length === 0);
  });
});
