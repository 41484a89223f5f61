import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Answers } from '#engine/model/answers.ts';
import { shellFile } from '#engine/shell/program-functions.ts';
import { NOTIFY_LOGS } from '#keepalived/files.ts';
import { notifyLogIn } from '#keepalived/reads/notify-log.ts';
import { notifyScript } from '#tasks/keepalived/configuration.ts';
import { notifyRequirements } from '#tasks/keepalived/requirements.ts';
import { runShell, SHELLS } from '../../engine/shell/shells.ts';
import { first, someNodes } from '../../keepalived/members.ts';

const SCRIPT = shellFile(new URL('../../../tasks/keepalived/notify.sh', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'notify-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What a host with these logs answers. */
function logsRead(shell: readonly string[]) {
  const read = notifyLogIn(folder);
  const { stdout, status } = runShell(shell, read.script);
  return read.parse({
    status: status ?? 1,
    bytes: stdout,
    stdout: stdout.toString(),
    stderr: '',
  });
}

test('nothing is done about changes of state unless it is asked for', () => {
  const tasks = (vars: Record<string, unknown>) =>
    notifyScript(first(someNodes(1, vars))).map(({ title }) => title);
  expect([{}, { keepalived_profile: 'guide', keepalived_notify: true }].flatMap(tasks)).toEqual([]);
  expect(tasks({ keepalived_notify: true })).toEqual([
    '/var/log/rota-notify',
    '/etc/keepalived/rota-notify',
  ]);
});

test('a host without syslog is refused, and what the image lacks is noted', () => {
  const [task] = notifyRequirements(first(someNodes(1, { keepalived_notify: true })));
  const planFor = (stdout: string) => {
    const [read] = Object.values(task?.reads ?? {});
    const output = { status: 0, bytes: Buffer.from(stdout), stdout, stderr: '' };
    const answer = { fact: read?.parse(output), status: 0, bytes: output.bytes };
    return task?.plan(new Answers(new Map([[read?.key ?? '', answer]])));
  };
  expect(() => planFor('absent logger\n')).toThrow('The host has no syslog');
  expect(planFor('syslog\n')?.note).toBe(undefined);
  expect(planFor('syslog\nabsent logger\nabsent \u001b[2J\nabsent wc\n')?.note).toBe(
    'the image that runs lacks what tells of state changes: logger, wc',
  );
});

describe.for(SHELLS)('%s', ([name, shell]) => {
  const notify = (...words: readonly string[]) =>
    runShell(shell, `set -- ${words.join(' ')}\n${SCRIPT.replace(NOTIFY_LOGS, folder)}`);

  test('writes changes of state that are read back in their order', () => {
    notify('INSTANCE', 'VI_1', 'BACKUP', '200');
    notify('INSTANCE', 'VI_2_4', 'FAULT', '150');
    notify('INSTANCE', 'VI_1', 'MASTER', '200');
    const told = logsRead(shell);
    expect(told.map(({ instance, state }) => `${instance} ${state}`).toSorted()).toEqual([
      'VI_1 BACKUP',
      'VI_1 MASTER',
      'VI_2_4 FAULT',
    ]);
    expect(told.map(({ time }) => time)).toEqual(told.map(({ time }) => time).toSorted());
  });

  test('keeps the last hundred of more than two hundred lines, in a file of the same name', () => {
    const old = '2026-11-24T10:00:00Z VI_1 BACKUP\n';
    writeFileSync(join(folder, 'VI_1'), old.repeat(200));
    notify('INSTANCE', 'VI_1', 'MASTER', '200');
    const lines = readFileSync(join(folder, 'VI_1'), 'utf8').trimEnd().split('\n');
    expect([lines.length, lines.at(-1)]).toEqual([100, expect.stringMatching(/VI_1 MASTER$/)]);
    expect(readdirSync(folder)).toEqual(['VI_1']);
  });

  // busybox has its own mv, which no other takes the place of.
  const inTwoCalls = name === 'busybox' ? () => {} : test;
  inTwoCalls('leaves them there where two calls cut it at once', () => {
    const log = join(folder, 'VI_1');
    writeFileSync(log, '2026-11-24T10:00:00Z VI_1 BACKUP\n'.repeat(200));
    const aside = mkdtempSync(join(tmpdir(), 'notify-bin-'));
    const stub = (program: string, script: string) =>
      writeFileSync(join(aside, program), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    // The second begins to cut when the first has, and reads what that has made of it.
    stub(
      'mv',
      `[ -e ${aside}/second ] || { : >${aside}/second
sh ${aside}/again INSTANCE VI_1 MASTER 200 &
until [ -e ${aside}/cutting ]; do sleep 0.01; done; }
PATH=\${PATH#*:}; mv "$@"; : >${aside}/moved; wait`,
    );
    stub(
      'tail',
      `PATH=\${PATH#*:}
[ ! -e ${aside}/second ] || { : >${aside}/cutting; until [ -e ${aside}/moved ]; do sleep 0.01; done; }
exec tail "$@"`,
    );
    const script = SCRIPT.replace(NOTIFY_LOGS, folder);
    writeFileSync(join(aside, 'again'), script);
    runShell(shell, `PATH=${aside}:$PATH\nset -- INSTANCE VI_1 FAULT 200\n${script}`);
    const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
    rmSync(aside, { recursive: true });
    expect([lines.length, readdirSync(folder)]).toEqual([100, ['VI_1']]);
  });

  test('of what else a host has in its logs nothing is believed, nor more than a part read', () => {
    const line = '2026-11-24T10:00:00Z VI_1 MASTER';
    const hostile = [`${line}\u001b[2J`, `x${line}`, `${line} `, '2026 VI_1 MASTER', '</script>'];
    writeFileSync(join(folder, 'VI_1'), [...hostile, line, ''].join('\n'));
    writeFileSync(join(folder, 'VI_2'), 'x'.repeat(2 ** 20));
    writeFileSync(join(folder, '.elsewhere'), `${line.replace('VI_1', 'VI_0')}\n`);
    symlinkSync('.elsewhere', join(folder, 'VI_0'));
    expect(logsRead(shell)).toEqual([
      { time: '2026-11-24T10:00:00Z', instance: 'VI_1', state: 'MASTER' },
    ]);
    expect(runShell(shell, notifyLogIn(folder).script).stdout.length).toBeLessThan(2 ** 13);
  });
});
