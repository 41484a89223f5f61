import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HostContent } from '#engine/model/state.ts';
import { download } from '#tasks/files/download.ts';

const server = createServer(({ url }, response) => {
  response.statusCode = url === '/there' ? 200 : 404;
  response.end('all of it\n');
});
beforeAll(async () => void (await once(server.listen(0, '127.0.0.1'), 'listening')));
afterAll(() => void server.close());

const pathOf = (name: string) =>
  spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();

/** What a host prints, and how it ends, that has this alone to get a URL with. */
async function got(path: string, programs: Readonly<Record<string, string>>) {
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}${path}`;
  const [write] = download({ path: '/a', url, sha256: '0'.repeat(64) }).fresh();
  if (write?.kind !== 'write' || !(write.body instanceof HostContent)) throw new Error('no write');
  const bin = mkdtempSync(join(tmpdir(), 'rota-bin-'));
  for (const [name, program] of Object.entries(programs))
    if (program.startsWith('#!')) writeFileSync(join(bin, name), program, { mode: 0o755 });
    else symlinkSync(pathOf(program), join(bin, name));
  const sh = spawn('/bin/sh', ['-c', write.body.script], { env: { PATH: bin }, stdio: 'pipe' });
  const [stdout, [status]] = await Promise.all([text(sh.stdout), once(sh, 'close')]);
  rmSync(bin, { recursive: true });
  return { stdout, status };
}

test.for(
  [
    ['curl', 'curl'],
    ['wget', 'wget'],
    ['wget', 'busybox'],
  ].filter(([, program = '']) => pathOf(program)),
)('a host gets a URL by %s, which is %s', async ([name = '', program = '']) => {
  expect(await got('/there', { [name]: program })).toEqual({ stdout: 'all of it\n', status: 0 });
  expect((await got('/gone', { [name]: program })).status).toBeGreaterThan(0);
});

/** A program that tells how it was called. */
const telling = (help: string) => `#!/bin/sh
case $* in --help) printf '%s\\n' '${help}'; exit 1 ;; esac
printf '%s ' "$@"
`;

const ALPINE = `BusyBox v1.36.1 multi-call binary.

Usage: wget [-cqS] [--spider] [-O FILE] [-o LOGFILE] [--header STR]
	[--no-check-certificate] [-P DIR] [-U AGENT] [-T SEC] URL...

	-S    		Show server response
	-T SEC		Network read timeout is SEC seconds`;

test.for([
  ['curl', '', '-fsSL --retry 2 --connect-timeout 30 --speed-limit 1 --speed-time 30 -- URL '],
  ['wget', ALPINE, '-q -T 30 -O - -- URL '],
  ['wget', ALPINE.replaceAll('-T SEC', ''), '-q -O - -- URL '],
  [
    'wget',
    '  -t,  --tries=NUMBER   retries\n  -T,  --timeout=SECONDS   all timeouts',
    '-q -T 30 -t 2 -O - -- URL ',
  ],
  ['wget', '  -t  --tries   Tries\n  -T  --timeout   Timeout', '-q -T 30 -t 2 -O - -- URL '],
] as const)('%s is given the limits that its help knows: %s', async ([name, help, words]) => {
  const { stdout } = await got('/there', { [name]: telling(help) });
  expect(stdout.replace(/http\S+/, 'URL')).toBe(words);
});

test('a host with nothing to get it by says so', async () => {
  expect(await got('/there', {})).toEqual({ stdout: '', status: 1 });
});
