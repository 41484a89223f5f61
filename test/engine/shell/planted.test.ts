import { type ChildProcess, spawn } from 'node:child_process';
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
import { compileProgram } from '#engine/shell/compile.ts';
import { type Frame, frameReader } from '#engine/shell/read-frames.ts';
import { undoScript } from '#engine/shell/undo.ts';
import { runShell, SHELLS } from './shells.ts';

const NOBODY = 65_534;

/** Two hundred over all shells, of four commands and an undo each. */
const RUNS = Math.ceil(200 / SHELLS.length);

/**
 * What another user does in his own folder as fast as he can: he leads the folder, the targets and what
 * is staged to root's files, and plants what hangs whoever opens it.
 */
const ATTACK = `use strict; use POSIX;
my ($home, $victims) = @ARGV; chdir $home or die; my $n = 0;
sub nap { select undef, undef, undef, rand(0.003) }
$| = 1; print "ready\\n";
while (1) {
  $n++;
  opendir my $folder, 'conf' or next;
  for my $name (grep { /^\\.[^.]/ } readdir $folder) {
    rename "conf/$name", "conf/x$n" and symlink $victims, "conf/$name";
  }
  for my $name ('good', 'gone', 'sub') {
    next unless rand() < 0.2;
    rename "conf/$name", "conf/y$n";
    my $kind = int rand 3;
    if ($kind == 0) { symlink "$victims/secret", "conf/$name" }
    elsif ($kind == 1) { symlink $victims, "conf/$name" }
    else { POSIX::mkfifo("conf/$name", 0666) }
    nap();
    unlink "conf/$name";
  }
  next unless rand() < 0.2;
  rename 'conf', 'real' and symlink $victims, 'conf' or next;
  nap();
  unlink 'conf'; rename 'real', 'conf';
}`;

let root: string;
let attacker: ChildProcess;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'rota-planted-'));
  chmodSync(root, 0o755);
  for (const name of ['home', 'home/conf', 'victims', 'victims/sub']) mkdirSync(join(root, name));
  for (const name of ['secret', 'good', 'gone']) {
    writeFileSync(join(root, 'victims', name), `${name} of root`, { mode: 0o600 });
  }
  for (const name of ['home', 'home/conf']) chownSync(join(root, name), NOBODY, NOBODY);
  attacker = spawn('perl', ['-e', ATTACK, join(root, 'home'), join(root, 'victims')], {
    uid: NOBODY,
    gid: NOBODY,
  });
  await once(attacker.stdout as NodeJS.ReadableStream, 'data');
});

afterEach(async () => {
  const ended = once(attacker, 'exit');
  attacker.kill('SIGKILL');
  await ended;
  rmSync(root, { recursive: true });
});

function victims() {
  return readdirSync(join(root, 'victims')).map((name) => {
    const path = join(root, 'victims', name);
    const { mode, uid, gid } = statSync(path);
    return [name, mode, uid, gid, name === 'sub' ? '' : readFileSync(path, 'utf8')];
  });
}

const at = (name: string) => join(root, 'home/conf', name);
const here = (script: string) => script.replaceAll('/var/lib/rota', `${root}/lib`);

function program(runId: string): string {
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
  const about = { owner: 'ada@desk', since: '2026-11-24T00:00:00Z', what: 'test' };
  const input = { runId, mark: `mark-${runId}`, commands, reads: [], about };
  return here(compileProgram({ ...input, armed: false, leased: false }));
}

const why = process.getuid?.() === 0 ? undefined : 'it takes root to write where another user can';

describe.skipIf(why !== undefined).for(SHELLS)(
  `a program in the folder of another user, under %s${why === undefined ? '' : ` (skipped: ${why})`}`,
  ([, shell]) => {
    test('touches nothing outside of it, whatever he plants there, nor does its undo', () => {
      const before = victims();
      const seen = { done: false, refused: false };
      for (let index = 0; index < RUNS; index += 1) {
        const frames: Frame[] = [];
        const read = frameReader(`mark-r${index}`, (frame) => frames.push(frame));
        read(runShell(shell, program(`r${index}`)).stdout);
        runShell(shell, here(undoScript(`r${index}`)));
        const ends = frames.flatMap((frame) => (frame.kind === 'end' ? [frame.status] : []));
        if (ends.includes(0)) seen.done = true;
        if (ends.some((status) => status !== 0)) seen.refused = true;
        expect(victims()).toEqual(before);
      }
      expect(seen).toEqual({ done: true, refused: true });
    });
  },
);
