import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ALL_PROCESSES } from '#keepalived/reads/process.ts';
import { runShell, SHELLS } from '../../engine/shell/shells.ts';

let proc: string;
beforeEach(() => {
  proc = mkdtempSync(join(tmpdir(), 'proc-'));
});
afterEach(() => rmSync(proc, { recursive: true }));

function process(pid: number, { name = 'keepalived', user = 0, spaces = `${pid}\t1` }): void {
  mkdirSync(join(proc, `${pid}`));
  const status = `Name:\t${name}\nUmask:\t0022\nPPid:\t1\nUid:\t${user}\t${user}\t${user}\t${user}\nNSpid:\t${spaces}\n`;
  writeFileSync(join(proc, `${pid}/status`), status);
}

describe.for(SHELLS)('%s', ([, shell]) => {
  test('no user passes his own process for the keepalived of a pod, in whose root programs are run', () => {
    process(21, {});
    process(22, { spaces: '22\t7' });
    process(23, { user: 1000 });
    process(24, { name: 'pause' });
    const script = `${ALL_PROCESSES}\necho "$mains"`.replaceAll('/proc', proc);
    expect(runShell(shell, script).stdout.toString().trim()).toBe('21');
  });
});
