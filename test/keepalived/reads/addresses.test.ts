import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { addressesScript, parseAddress } from '#keepalived/reads/addresses.ts';

const folder = mkdtempSync(join(tmpdir(), 'rota-reads-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The answer of a host on which `ip` is this script. */
function answerWith(ip: string) {
  writeFileSync(join(folder, 'ip'), `#!/bin/sh\n${ip}\n`);
  chmodSync(join(folder, 'ip'), 0o755);
  const env = { PATH: `${folder}:${process.env['PATH']}` };
  return spawnSync('sh', ['-c', addressesScript([4])], { env, encoding: 'utf8' });
}

test.for<[string, string, string, number, boolean]>([
  [
    'fd029a0100000000000090b11c266aa2 02 40 00 80    srvc0',
    'fd02:9a01::90b1:1c26:6aa2',
    'srvc0',
    64,
    true,
  ],
  ['fd029a01000000000000000000000001 02 40 00 c0    srvc0', 'fd02:9a01::1', 'srvc0', 64, false],
  ['srvc0 192.0.2.11/24', '192.0.2.11', 'srvc0', 24, true],
  ['tun0 192.0.2.11', '192.0.2.11', 'tun0', 32, true],
])('%s is %s on %s', ([line, address, name, prefixLength, usable]) => {
  expect(parseAddress(line)).toEqual({ address, interface: name, prefixLength, usable });
});

test('the answer has no lifetimes, which change by themselves', () => {
  const { stdout } = answerWith(`cat <<'END'
3: srvc0    inet 192.0.2.11/24 metric 100 brd 192.0.2.255 scope global dynamic srvc0\\       valid_lft 86213sec preferred_lft 86213sec
4: tun0    inet 192.0.2.1 peer 192.0.2.2/32 scope global tun0\\       valid_lft forever preferred_lft forever
END`);
  expect(stdout).toBe('srvc0 192.0.2.11/24\ntun0 192.0.2.1\n');
});

test('a host on which nothing can be asked has no answer, not an empty one', () => {
  expect(answerWith('exit 1').status).toBe(1);
});

const programs = ['ip', 'busybox'].flatMap((name) => {
  const { status, stdout } = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' });
  return status === 0 ? [[name, stdout.trim()] as const] : [];
});

test.for(programs)('%s is understood', ([name, path]) => {
  const { stdout } = answerWith(`exec ${path} ${name === 'ip' ? '' : 'ip'} "$@"`);
  const own = { address: '127.0.0.1', interface: 'lo', prefixLength: 8, usable: true };
  expect(stdout.trim().split('\n').map(parseAddress)).toContainEqual(own);
});
