import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { noSysctl } from '#tasks/system/no-sysctl.ts';
import { runShell, SHELLS } from '../../engine/shell/shells.ts';

const NAME = 'net.ipv6.ip_nonlocal_bind';
const LIVE = '/proc/sys/net/ipv6/ip_nonlocal_bind';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rota-sysctl-'));
  put(LIVE, '1\n');
});
afterEach(() => rmSync(root, { recursive: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** The live value after the task, whose script is let loose on a root of its own. */
function setBack(shell: readonly string[]): string {
  const [run] = noSysctl(NAME, '0').fresh();
  const script = run?.kind === 'run' ? `${run.script}` : '';
  const inRoot = script.replaceAll(/(?<=[ =>"])\/(?=etc|proc|run|usr|lib)/g, `${root}/`);
  const { status, stderr } = runShell(shell, `set -eu; ${inRoot}`);
  expect([status, `${stderr}`]).toEqual([0, '']);
  return readFileSync(join(root, LIVE), 'utf8');
}

describe.for(SHELLS)('a sysctl is set back under %s', ([, shell]) => {
  test('to the kernel’s own value where no other file sets it', () => {
    put(`/etc/sysctl.d/90-rota-${NAME}.conf`, `${NAME} = 1\n`);
    put(
      '/etc/sysctl.d/10-other.conf',
      'net.ipv4.ip_forward = 1\n# net.ipv6.ip_nonlocal_bind = 1\n',
    );
    expect(setBack(shell)).toBe('0');
  });

  test('to the one of the last file by name, whatever its folder and spelling', () => {
    put(`/etc/sysctl.d/90-rota-${NAME}.conf`, `${NAME} = 1\n`);
    put('/usr/lib/sysctl.d/50-one.conf', '  -net/ipv6/ip_nonlocal_bind=3  \n');
    put('/etc/sysctl.d/20-two.conf', `${NAME} = 2\n`);
    expect(setBack(shell)).toBe('3');
  });

  test('with a file of /etc hiding its namesake elsewhere, and sysctl.conf after all', () => {
    put('/usr/lib/sysctl.d/50-one.conf', `${NAME} = 3\n`);
    put('/etc/sysctl.d/50-one.conf', 'net.ipv4.ip_forward = 1\n');
    expect(setBack(shell)).toBe('0');
    put('/etc/sysctl.conf', `${NAME} = 4\n`);
    expect(setBack(shell)).toBe('4');
  });
});
