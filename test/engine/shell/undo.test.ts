import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Command } from '#engine/model/command.ts';
import { compileProgram } from '#engine/shell/compile.ts';
import { disarmScript, undoScript } from '#engine/shell/undo.ts';
import { removeFolder } from '../../remove-folder.ts';
import { runShell, SHELLS } from './shells.ts';

const ME = `${process.getuid?.()}:${process.getgid?.()}`;
const ABOUT = { owner: 'ada@desk', since: '2026-11-24T00:00:00Z', what: 'test' };
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rota-undo-'));
  mkdirSync(join(root, 'run'));
  beat();
});
afterEach(() => removeFolder(root));

/** What a lease does every few seconds. Without it the watchdog undoes the run at once. */
function beat(): void {
  const uptime = readFileSync('/proc/uptime', 'utf8').split('.')[0];
  writeFileSync(join(root, 'run/alive-r1'), `${uptime}\n`);
}

function here(script: string): string {
  return script.replaceAll('/var/lib/rota', `${root}/lib`).replaceAll('/run/rota', `${root}/run`);
}

function program(commands: readonly Command[]): string {
  const input = {
    runId: 'r1',
    mark: 'm4rk',
    commands,
    reads: [],
    about: ABOUT,
    armed: true,
    leased: false,
    commandMs: 60_000,
  };
  return here(compileProgram(input));
}

function write(name: string, body: string, mode = '0644'): Command {
  return { kind: 'write', path: join(root, name), body, mode, owner: ME };
}

function text(name: string): string {
  return readFileSync(join(root, name), 'utf8');
}

const run = (name: string) => join(root, 'lib/runs/r1', name);

describe.for(SHELLS)('an armed run under %s', ([, shell]) => {
  test('is undone in reverse: bytes, modes, what was not there, and what its commands say', () => {
    writeFileSync(join(root, 'old'), 'as\0it was', { mode: 0o600 });
    runShell(
      shell,
      program([
        write('old', 'new\n'),
        write('added', 'new\n'),
        {
          kind: 'run',
          title: 'set',
          script: `echo set >${root}/live`,
          undo: `cat ${root}/old >${root}/live`,
        },
        { kind: 'remove', path: join(root, 'old') },
      ]),
    );
    expect(existsSync(run('armed'))).toBe(true);
    expect(readdirSync(root).sort()).toEqual(['added', 'lib', 'live', 'run']);
    expect(runShell(shell, here(undoScript('r1')))).toMatchObject({ status: 0 });
    expect(text('old')).toBe('as\0it was');
    expect(statSync(join(root, 'old')).mode & 0o7777).toBe(0o600);
    expect(text('live')).toBe('as\0it was');
    expect(readdirSync(root).sort()).toEqual(['lib', 'live', 'old', 'run']);
    expect(text('lib/runs/r1/result')).toBe('undone\n');
  });

  test('takes a new folder away, unless something is in it by now; an old one gets its mode back', () => {
    mkdirSync(join(root, 'old'), { mode: 0o750 });
    const folder = (name: string) =>
      ({ kind: 'folder', path: join(root, name), mode: '0700', owner: ME }) as const;
    const commands = [
      folder('new'),
      folder('filled'),
      { ...folder('old'), before: { mode: '0750', owner: ME } },
    ];
    runShell(shell, program(commands));
    writeFileSync(join(root, 'filled/file'), '');
    expect(statSync(join(root, 'old')).mode & 0o777).toBe(0o700);
    expect(runShell(shell, here(undoScript('r1'))).status).toBe(0);
    expect(readdirSync(root).sort()).toEqual(['filled', 'lib', 'old', 'run']);
    expect(statSync(join(root, 'old')).mode & 0o777).toBe(0o750);
  });

  test('takes back what came last first, so that what it needed is still there', () => {
    const folder = (name: string) =>
      ({ kind: 'folder', path: join(root, name), mode: '0700', owner: ME }) as const;
    const told = (text: string) =>
      ({ kind: 'run', title: text, script: ':', undo: `echo ${text} >>${root}/told` }) as const;
    runShell(shell, program([told('first'), folder('new'), folder('new/below'), told('last')]));
    expect(runShell(shell, here(undoScript('r1'))).status).toBe(0);
    expect(text('told')).toBe('last\nfirst\n');
    expect(readdirSync(root).sort()).toEqual(['lib', 'run', 'told']);
  });

  test('takes away what was made for a new folder, the last one first, unless something is there', () => {
    mkdirSync(join(root, 'old'));
    const folder = (name: string) =>
      ({ kind: 'folder', path: join(root, name), mode: '0700', owner: ME }) as const;
    runShell(shell, program([folder('old/a/b/c'), folder('old/a/b/c/d'), folder('x/y')]));
    writeFileSync(join(root, 'x/of others'), '');
    expect(runShell(shell, here(undoScript('r1'))).status).toBe(0);
    expect(readdirSync(join(root, 'old'))).toEqual([]);
    expect(readdirSync(join(root, 'x'))).toEqual(['of others']);
  });

  test('goes back over all its programs to what was before the first', () => {
    writeFileSync(join(root, 'f'), 'first');
    runShell(shell, program([write('f', 'second')]));
    runShell(shell, program([write('f', 'third'), write('g', '')]));
    runShell(shell, here(undoScript('r1')));
    expect(text('f')).toBe('first');
    expect(existsSync(join(root, 'g'))).toBe(false);
  });

  test('stays once it is disarmed, and is undone all the same when rota asks for it', () => {
    writeFileSync(join(root, 'f'), 'old');
    runShell(shell, program([write('f', 'new')]));
    expect(runShell(shell, here(disarmScript('r1'))).status).toBe(0);
    expect(text('lib/runs/r1/result')).toBe('done\n');
    expect(runShell(shell, here(disarmScript('r1'))).status).toBe(3);
    expect(runShell(shell, here(undoScript('r1'))).status).toBe(0);
    expect(text('f')).toBe('old');
  });

  test('goes back to what was kept of it, and no further, where it did more after that', () => {
    writeFileSync(join(root, 'f'), 'first');
    const undo = `echo first >>${root}/told`;
    runShell(
      shell,
      program([write('f', 'second'), { kind: 'run', title: 't', script: ':', undo }]),
    );
    runShell(shell, here(disarmScript('r1')));
    expect(runShell(shell, here(undoScript('r1', true))).status).toBe(3);
    runShell(shell, program([write('f', 'third'), write('g', '')]));
    expect(runShell(shell, here(undoScript('r1', true))).status).toBe(0);
    expect(text('f')).toBe('second');
    expect(readdirSync(root).sort()).toEqual(['f', 'lib', 'run']);
  });

  test('is not held up by what another user puts in the place of a file that it looks at', () => {
    writeFileSync(join(root, 'old'), 'as it was');
    runShell(shell, program([write('old', 'new')]));
    // As cmp would wait for the other end of a FIFO; its time is over sooner.
    mkdirSync(join(root, 'bin'));
    const tools = { cmp: 'exec sleep 60', timeout: 'shift; exec /usr/bin/timeout 1 "$@"' };
    for (const [name, line] of Object.entries(tools))
      writeFileSync(join(root, 'bin', name), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
    runShell(shell, `export PATH="${root}/bin:$PATH"\n${here(undoScript('r1'))}`);
    expect(text('old')).toBe('as it was');
  });

  test('says so when it was never armed, and when something of it cannot be undone', () => {
    mkdirSync(join(root, 'lib/runs/r1'), { recursive: true });
    writeFileSync(run('undo'), '');
    expect(runShell(shell, here(undoScript('r2'))).status).toBe(3);
    runShell(
      shell,
      program([write('f', ''), { kind: 'run', title: 't', script: ':', undo: 'echo no; exit 1' }]),
    );
    const undone = runShell(shell, here(undoScript('r1')));
    expect({ status: undone.status, stdout: undone.stdout.toString() }).toEqual({
      status: 1,
      stdout: 'no\n',
    });
    expect(text('lib/runs/r1/result')).toBe('undo failed\n');
    expect(existsSync(join(root, 'f'))).toBe(false);
  });

  test('is undone by its own watchdog when the heartbeat stops, also in the middle of a command', async () => {
    writeFileSync(join(root, 'f'), 'old');
    const script = program([
      write('f', 'new'),
      { kind: 'run', title: 'hangs', script: `: >${root}/hangs; while :; do sleep 1; done` },
      write('g', 'never'),
    ]);
    const [name = 'sh', ...args] = shell;
    const child = spawn(name, args, { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
    const ended = new Promise((resolve) => child.on('close', resolve));
    child.stdin.end(script);
    await expect.poll(() => existsSync(join(root, 'hangs'))).toBe(true);
    rmSync(join(root, 'run/alive-r1'));
    await expect.poll(() => existsSync(run('undone'))).toBe(true);
    await ended;
    expect(text('f')).toBe('old');
    expect(existsSync(join(root, 'g'))).toBe(false);
  });

  test('is undone all the same when its undo is killed', () => {
    writeFileSync(join(root, 'f'), 'old');
    const undo = `[ -e ${root}/once ] || { : >${root}/once; kill -KILL $PPID; }`;
    runShell(shell, program([write('f', 'new'), { kind: 'run', title: 't', script: ':', undo }]));
    expect(runShell(shell, here(undoScript('r1'))).status).toBe(0);
    expect([text('f'), existsSync(run('undone'))]).toEqual(['old', true]);
  });

  test('says that it failed when its undo is killed each time', () => {
    const undo = 'kill -KILL $PPID';
    runShell(shell, program([{ kind: 'run', title: 't', script: ':', undo }]));
    expect(runShell(shell, here(undoScript('r1'))).status).toBe(1);
  });

  test('is undone once more by the next run when a power loss cut the undo off', () => {
    writeFileSync(join(root, 'f'), 'old');
    runShell(shell, program([write('f', 'new')]));
    // As a power loss leaves it: claimed, and whoever claimed it is gone.
    runShell(shell, `mv ${run('armed')} ${run('undoing')}; echo 1 0 >${run('undoer')}`);
    expect(runShell(shell, here(undoScript('r1'))).status).toBe(0);
    expect(text('f')).toBe('old');
  });
});
