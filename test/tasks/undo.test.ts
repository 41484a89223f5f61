import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Run } from '#engine/model/command.ts';
import { reveal } from '#engine/model/secret.ts';
import type { State } from '#engine/model/state.ts';
import type { Task } from '#engine/model/task.ts';
import { ensureConfigurationLoaded } from '#tasks/configuration-loaded.ts';
import { ensureFolder } from '#tasks/folder.ts';
import { ensurePodRuns } from '#tasks/pod-running.ts';
import { ensureSysctl } from '#tasks/sysctl.ts';
import { runShell, SHELLS } from '../engine/shell/shells.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rota-undo-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** The commands that a task runs where it found this. */
function runsOf(task: Task, observed: State | undefined): readonly Run[] {
  const fields = Object.entries(task.desired).map(([name, after]) => ({
    name,
    before: observed?.[name],
    after,
  }));
  return task
    .apply({ desired: task.desired, observed, fields })
    .filter((command) => command.kind === 'run');
}

function undoOf(task: Task, observed: State | undefined): string {
  return runsOf(task, observed)
    .map(({ undo }) => `set -eu\n${reveal(undo ?? '')}`)
    .join('\n');
}

const OWNER = `${process.getuid?.()}:${process.getgid?.()}`;

describe.for(SHELLS)('an undo under %s', ([, shell]) => {
  test('takes a new folder away, unless something is in it by now', () => {
    const path = join(root, 'folder');
    const undo = undoOf(ensureFolder({ path }), undefined);
    expect(runShell(shell, undo).status).toBe(0);
    mkdirSync(path);
    writeFileSync(join(path, 'file'), '');
    expect(runShell(shell, undo).status).toBe(0);
    expect(existsSync(path)).toBe(true);
    rmSync(join(path, 'file'));
    expect(runShell(shell, undo).status).toBe(0);
    expect(existsSync(path)).toBe(false);
  });

  test('gives a folder its old mode and owner', () => {
    const path = join(root, 'folder');
    mkdirSync(path);
    chmodSync(path, 0o700);
    const observed = { type: 'folder', mode: '0750', owner: OWNER };
    expect(runShell(shell, undoOf(ensureFolder({ path }), observed)).status).toBe(0);
    expect(statSync(path).mode & 0o777).toBe(0o750);
  });

  test('has no error in its syntax, nor has what it undoes', () => {
    const loaded = (mount: 'file' | 'directory') =>
      ensureConfigurationLoaded({ path: '/etc/a b', configuration: '', manifest: '/m/x', mount });
    const found = { configuration: 'x', pod: 'old', running: 1, live: '0' };
    const tasks = [
      loaded('file'),
      loaded('directory'),
      ensurePodRuns({ mark: "it's", manifest: '/m/x' }),
      ensureSysctl('a', '1'),
    ];
    const scripts = tasks.flatMap((task) =>
      [found, undefined].flatMap((observed) =>
        runsOf(task, observed).flatMap(({ script, undo = '' }) => [reveal(script), reveal(undo)]),
      ),
    );
    for (const script of scripts) {
      const { status, stderr } = runShell(shell, `if false; then :\n${script}\nfi`);
      expect([status, stderr.toString()]).toEqual([0, '']);
    }
  });
});

test('the undo of a kernel parameter is the value that it had; none where there was none', () => {
  const task = ensureSysctl('net.ipv4.ip_nonlocal_bind', '1');
  expect(undoOf(task, { live: '0' })).toBe(
    'set -eu\nprintf %s 0 >/proc/sys/net/ipv4/ip_nonlocal_bind',
  );
  expect(runsOf(task, {}).map(({ undo }) => undo)).toEqual([undefined]);
});
