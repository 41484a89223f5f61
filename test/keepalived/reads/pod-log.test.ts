import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FIND_LOG, lastLines } from '#keepalived/reads/pod-log.ts';
import { runShell, SHELLS } from '../../engine/shell/shells.ts';

/** As keepalived 2.2.7 writes it, and its runtime keeps it. */
function logOf(...lines: readonly string[]): string {
  return lines
    .map(
      (line, at) =>
        `2026-11-29T14:09:5${at}.1+00:00 stderr F Sun Nov 29 14:09:5${at} 2026: ${line}\n`,
    )
    .join('');
}

const OLD = '(VI_1) ip address associated with VRID 10 not present in MASTER advert';

test('of a log counts what came since keepalived was started or read its configuration anew', () => {
  const log = logOf(
    OLD,
    'Reloading ...',
    'Reloading',
    'VRRP_Script(check) timed out',
    'Reload complete',
  );
  expect(lastLines(log)).toEqual(['Sun Nov 29 14:09:53 2026: VRRP_Script(check) timed out']);
  expect(lastLines(logOf(OLD, 'Starting Keepalived v2.2.7'))).toEqual([]);
});

test('of what keepalived says again and again one line is enough, and of its work none', () => {
  const line = logOf('(VI_2) Receive advertisement timeout');
  expect(lastLines(line + line + logOf('(VI_2) Entering MASTER STATE'))).toEqual([
    'Sun Nov 29 14:09:50 2026: (VI_2) Receive advertisement timeout',
  ]);
});

describe.for(SHELLS)('%s', ([, shell]) => {
  let pods: string;
  beforeEach(() => {
    pods = mkdtempSync(join(tmpdir(), 'pods-'));
    mkdirSync(join(pods, 'kube-system_keepalived-node1_1/keepalived'), { recursive: true });
  });
  afterEach(() => rmSync(pods, { recursive: true }));

  function write(name: string, said: string, seconds: number): void {
    const path = join(pods, 'kube-system_keepalived-node1_1/keepalived', name);
    writeFileSync(path, said);
    utimesSync(path, seconds, seconds);
  }

  function found(): string {
    const script = `${FIND_LOG}\necho "$log"`.replaceAll('/var/log/pods', pods);
    return runShell(shell, script).stdout.toString().trim().replace(`${pods}/`, '');
  }

  test('the log of a container is the newest that says anything', () => {
    expect(found()).toBe('');
    write('9.log', logOf('permanent error CONFIG'), 9);
    write('10.log', logOf('permanent error CONFIG'), 10);
    write('8.log', logOf('permanent error CONFIG'), 8);
    write('11.log', '', 11);
    expect(found()).toBe('kube-system_keepalived-node1_1/keepalived/10.log');
  });
});
