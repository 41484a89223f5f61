import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

/** Why no keepalived can be run here, without a lab around it. */
export const why = whyNot();

function whyNot(): string | undefined {
  if (process.platform !== 'linux') return 'not Linux';
  if (process.getuid?.() !== 0) return 'not root';
  const missing = ['keepalived', 'unshare', 'ip', 'curl'].find(
    (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0,
  );
  return missing === undefined ? undefined : `no ${missing}`;
}

export const skipped = why === undefined ? '' : ` (skipped: ${why})`;

export function testThatNothingIsSkippedInCi(): void {
  test('nothing of this is skipped in CI', () => {
    expect(process.env['CI'] === 'true' ? why : undefined).toBeUndefined();
  });
}

/** A folder that is there while the tests of a file run. */
export function temporaryFolder(): () => string {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'keepalived-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  return () => folder;
}

// Its own network, so that `srvc0` can be made, and its own /run, so that no keepalived is in the way.
// unshare heeds no other signal than KILL, also where nobody waits for it any more.
const NAMESPACES = [
  ...['unshare', '-n', '-p', '-m', '--fork', '--mount-proc', '--kill-child'],
  ...['sh', '-euc'],
];
const ENDS_AFTER_SECONDS = 60;
const NETWORK = `
  mount -t tmpfs none /run
  ip link set lo up
  ip link add srvc0 type veth peer name peer0
  ip link set peer0 up
  ip link set srvc0 up
  ip addr add "$ADDRESS/64" dev srvc0 nodad`;

/** Runs a script beside which nothing else runs. `FILE` is the path of a configuration. */
export function inNamespaces(script: string, file: string) {
  const env = { ...process.env, FILE: file, ADDRESS: 'fd02:9a01::90b1:1c26:6aa2' };
  const seconds = ENDS_AFTER_SECONDS * inject('machine').slowness;
  const words = ['--signal=KILL', `${seconds}`, ...NAMESPACES, `${NETWORK}\n${script}`];
  return spawnSync('timeout', words, { env, encoding: 'utf8' });
}
