import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
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
import { LIMITS } from '#engine/model/limits.ts';
import { compileProgram } from '#engine/shell/compile.ts';
import { type Frame, frameReader } from '#engine/shell/read-frames.ts';
import { undoScript } from '#engine/shell/undo.ts';
import { ATTACK } from '../../attack.ts';
import { noStrace } from './count-processes.ts';
import { runShell, SHELLS } from './shells.ts';

const NOBODY = 65_534;

/** Of four commands and an undo each. */
const RUNS = 10;

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rota-planted-'));
  chmodSync(root, 0o755);
  for (const name of ['run', 'home', 'home/conf', 'victims', 'victims/sub'])
    mkdirSync(join(root, name));
  for (const name of ['secret', 'good', 'gone']) {
    writeFileSync(join(root, 'victims', name), `${name} of root`, { mode: 0o600 });
  }
  for (const name of ['home', 'home/conf']) chownSync(join(root, name), NOBODY, NOBODY);
});

afterEach(() => rmSync(root, { recursive: true }));

/** Ends when it is disposed of. */
async function attack(): Promise<AsyncDisposable> {
  const words = ['-e', ATTACK, join(root, 'home'), join(root, 'victims')];
  const attacker: ChildProcess = spawn('perl', words, { uid: NOBODY, gid: NOBODY });
  await once(attacker.stdout as NodeJS.ReadableStream, 'data');
  return {
    [Symbol.asyncDispose]: async () => {
      const ended = once(attacker, 'exit');
      attacker.kill('SIGKILL');
      await ended;
    },
  };
}

function victims() {
  return readdirSync(join(root, 'victims')).map((name) => {
    const path = join(root, 'victims', name);
    const { mode, uid, gid } = statSync(path);
    return [name, mode, uid, gid, name === 'sub' ? '' : readFileSync(path, 'utf8')];
  });
}

const at = (name: string) => join(root, 'home/conf', name);
const here = (script: string) =>
  script.replaceAll('/var/lib/rota', `${root}/lib`).replaceAll('/run/rota', `${root}/run`);

function program(runId: string, armed = true): string {
  // A heartbeat that does not end: else the watchdog would undo the run at once.
  writeFileSync(join(root, `run/alive-${runId}`), '9999999999\n');
  const commands: readonly Command[] = [
    { kind: 'folder', path: at('sub'), mode: '0755', owner: `${NOBODY}:${NOBODY}` },
    { kind: 'write', path: at('good'), body: 'new', mode: '0644', owner: `${NOBODY}:${NOBODY}` },
    { kind: 'remove', path: at('gone') },
    {
      kind: 'write',
      path: at('sub/good'),
      body: 'new',
      mode: '0644',
      owner: `${NOBODY}:${NOBODY}`,
    },
  ];
  return compiled(runId, commands, armed);
}

function compiled(runId: string, commands: readonly Command[], armed: boolean): string {
  const about = { owner: 'ada@desk', since: '2026-11-24T00:00:00Z', what: 'test' };
  const input = { runId, mark: `mark-${runId}`, commands, reads: [], about };
  return here(compileProgram({ ...input, armed, leased: false, commandMs: 60_000 }));
}

/** As `setfacl -d -m u:nobody:rwx,o:rwx` does: what is made in the folder has these, and no umask is heeded. */
const OPEN_TO_ALL = `import os, struct, sys
entries = [(1, 7, -1), (2, 7, 65534), (4, 7, -1), (0x10, 7, -1), (0x20, 7, -1)]
acl = struct.pack('<I', 2) + b''.join(struct.pack('<HHi', *entry) for entry in entries)
os.setxattr(sys.argv[1], 'system.posix_acl_default', acl)`;

const why = process.getuid?.() === 0 ? undefined : 'it takes root to write where another user can';

describe.skipIf(why !== undefined).for(SHELLS)(
  `a program in the folder of another user, under %s${why === undefined ? '' : ` (skipped: ${why})`}`,
  ([, shell]) => {
    test('touches nothing outside of it, whatever he plants there, nor does its undo', async () => {
      await using _ = await attack();
      const before = victims();
      for (let index = 0; index < RUNS; index += 1) {
        const frames: Frame[] = [];
        const read = frameReader(`mark-r${index}`, LIMITS, (frame) => frames.push(frame));
        read(runShell(shell, program(`r${index}`)).stdout);
        runShell(shell, here(undoScript(`r${index}`)));
        expect(['done', 'end', 'broken']).toContain(frames.at(-1)?.kind);
        expect(victims()).toEqual(before);
      }
    });

    test.skipIf(noStrace)('names nothing in it by a path, but to look and to enter', () => {
      writeFileSync(at('good'), 'old');
      writeFileSync(at('gone'), 'old');
      // What arms a host leaves a watchdog there, which strace would wait for.
      runShell(shell, program('r1'));
      const calls = [program('r0', false), here(undoScript('r1'))].flatMap((script) => {
        const log = join(root, 'calls');
        const traced = ['strace', '-f', '-e', 'trace=%file', '-o', log, ...shell];
        expect(runShell(traced, script).status).toBe(0);
        return readFileSync(log, 'utf8').split('\n');
      });
      const inside = calls.filter((line) => line.includes(`"${at('')}`));
      // A call that another process comes between has a second line.
      const CALL = /^\d+ +(?:<\.\.\. )?(\w+)(?:\(| resumed>)/;
      const names = inside.map((line) => CALL.exec(line)?.[1] ?? line);
      const looks = [
        'chdir',
        'getcwd',
        'readlink',
        'access',
        'faccessat',
        'faccessat2',
        'lstat',
        'stat',
        'newfstatat',
      ];
      expect(names.length).toBeGreaterThan(0);
      expect(names.filter((name) => !looks.includes(name))).toEqual([]);
      expect([readFileSync(at('good'), 'utf8'), readFileSync(at('gone'), 'utf8')]).toEqual([
        'old',
        'old',
      ]);
    });

    test.skipIf(noStrace)(
      'shows nobody what he may not read, whatever ACL is made with it',
      ({ skip }) => {
        const open = join(root, 'victims');
        skip(spawnSync('python3', ['-c', OPEN_TO_ALL, open]).status !== 0, 'no ACL can be set');
        const owner = 'root:root';
        const commands: readonly Command[] = [
          { kind: 'write', path: join(open, 'own'), body: 'x', mode: '0600', owner },
          { kind: 'write', path: join(open, 'group'), body: 'x', mode: '0640', owner },
          { kind: 'write', path: join(open, 'all'), body: 'x', mode: '0644', owner },
          { kind: 'folder', path: join(open, 'folder'), mode: '0755', owner },
        ];
        const log = join(root, 'calls');
        const traced = ['-f', '-y', '-e', 'trace=write,chmod,fchmodat,?fchmodat2', '-o', log];
        runShell(['strace', ...traced, ...shell], compiled('r1', commands, false));
        const modes = ['own', 'group', 'all', 'folder'].map(
          (name) => statSync(join(open, name)).mode,
        );
        expect(modes.map((mode) => mode & 0o777)).toEqual([0o600, 0o640, 0o644, 0o755]);
        const steps = readFileSync(log, 'utf8').split('\n').flatMap(stepIn);
        expect(steps).toEqual([
          ...['chmod 0600', 'write'],
          ...['chmod 0600', 'write', 'chmod 0640'],
          ...['chmod 0644', 'write'],
        ]);
      },
    );
  },
);

function stepIn(call: string): readonly string[] {
  const [, mode] = /chmod\w*\(.*\/proc\/self\/fd\/3", (\d+)/.exec(call) ?? [];
  if (mode !== undefined) return [`chmod ${mode}`];
  return /write\(\d<.*, "x", 1\)/.test(call) ? ['write'] : [];
}
