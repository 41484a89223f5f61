import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Answers } from '#engine/model/answers.ts';
import type { RunCommand } from '#engine/model/command.ts';
import { reveal } from '#engine/model/secret.ts';
import type { Task } from '#engine/model/task.ts';

import { keepalivedProcess } from '#keepalived/reads/process.ts';
import { configurationLoaded } from '#tasks/keepalived/configuration-loaded.ts';
import { podRuns } from '#tasks/keepalived/pod.ts';
import { sysctl, sysctlFile } from '#tasks/system/sysctl.ts';

import { runShell, SHELLS } from '../engine/shell/shells.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rota-undo-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** The commands that a task runs where its reads, by their keys, have these facts. */
function runsOf(task: Task, facts: Readonly<Record<string, unknown>>): readonly RunCommand[] {
  const answers = task.reads.map(({ key }) => {
    if (!(key in facts)) throw new Error(`no fact for ${key}`);
    return [key, { fact: facts[key], status: 0, bytes: Buffer.of() }] as const;
  });
  const { commands } = task.plan(new Answers(new Map(answers)));
  return commands.filter((command) => command.kind === 'run');
}

function undoOf(task: Task, facts: Readonly<Record<string, unknown>>): string {
  return runsOf(task, facts)
    .map(({ undo }) => `set -eu\n${reveal(undo ?? '')}`)
    .join('\n');
}

describe.for(SHELLS)('an undo under %s', ([, shell]) => {
  test('has no error in its syntax, nor has what it undoes', () => {
    const loaded = (mount: 'file' | 'directory') =>
      configurationLoaded({ path: '/etc/a b', configuration: '', manifest: '/m/x', mount });
    const found = {
      [keepalivedProcess.key]: { configuration: 'x', isLoaded: true, pod: 'old', running: 1 },
      'sysctl a': '0',
      [`file ${sysctlFile('a')}`]: { type: 'absent' },
    };
    const nothing = { ...found, [keepalivedProcess.key]: { running: 0 }, 'sysctl a': undefined };
    const tasks = [
      loaded('file'),
      loaded('directory'),
      podRuns({ mark: "it's", manifest: '/m/x' }),
      sysctl('a', '1'),
    ];
    const scripts = tasks.flatMap((task) =>
      [found, nothing].flatMap((facts) =>
        runsOf(task, facts).flatMap(({ script, undo = '' }) => [reveal(script), reveal(undo)]),
      ),
    );
    expect(scripts).toHaveLength(16);
    for (const script of scripts) {
      const { status, stderr } = runShell(shell, `if false; then :\n${script}\nfi`);
      expect([status, stderr.toString()]).toEqual([0, '']);
    }
  });
});

test('the undo of a kernel parameter is the value that it had; none where there was none', () => {
  const name = 'net.ipv4.ip_nonlocal_bind';
  const facts = (live: string | undefined) => ({
    [`sysctl ${name}`]: live,
    [`file ${sysctlFile(name)}`]: { type: 'absent' },
  });
  const task = sysctl(name, '1');
  expect(undoOf(task, facts('0'))).toBe(
    'set -eu\nprintf %s 0 >/proc/sys/net/ipv4/ip_nonlocal_bind',
  );
  expect(runsOf(task, facts(undefined)).map(({ undo }) => undo)).toEqual([undefined]);
});
