import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { CLOCK, shellFile } from '#engine/shell/program-functions.ts';
import { runShell, SHELLS } from '../../engine/shell/shells.ts';

const APT = shellFile(new URL('../../../tasks/system/apt.sh', import.meta.url));

describe.for(SHELLS)('apt under %s', ([, shell]) => {
  const run = (script: string) => {
    const { status, stdout } = runShell(shell, `set -eu\n${CLOCK}\n${APT}\n${script}`);
    return { status, lines: `${stdout}`.trim().split('\n') };
  };

  test('waits while another has the lock, and says so', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rota-apt-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const busy = `busy() {
      [ ! -e ${folder}/free ] || { echo done; return; }
      : >${folder}/free
      echo 'E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 12 (apt)'
      return 100
    }`;
    expect(run(`${busy}\nwaiting busy`)).toEqual({
      status: 0,
      lines: [
        'E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 12 (apt)',
        'done',
      ],
    });
  });

  test('gives up where it fails for another reason, and where the time is over', () => {
    const failing = (said: string) => `fails() { echo '${said}'; return 100; }`;
    expect(run(`${failing('E: Unable to locate package x')}\nwaiting fails`).status).toBe(1);
    const over = `has_time() { return 1; }\n${failing('E: Could not get lock x')}\nwaiting fails`;
    expect(run(over)).toEqual({ status: 1, lines: ['E: Could not get lock x'] });
  });
});
