import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Read } from '#engine/model/read.ts';
import { fileAt, sysctlPath, sysctlValue } from '#engine/reads/file.ts';
import { preImages } from '#engine/reads/runs.ts';
import { joinReads, splitAnswers } from '#engine/shell/batch.ts';
import { runShell, SHELLS } from '../shell/shells.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rota-reads-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function ask<T>(shell: readonly string[], read: Read<T>): T {
  const [output] = splitAnswers(runShell(shell, joinReads([read], 'm')), 'm', [read]);
  if (output?.status !== 0) throw new Error(`exit ${output?.status}: ${output?.stderr}`);
  return read.parse(output);
}

describe.for(SHELLS)('the file read under %s', ([, shell]) => {
  const owner = execFileSync('sh', ['-c', 'echo "$(id -un):$(id -gn)"'], {
    encoding: 'utf8',
  }).trim();

  test('gives type, mode, owner and content of a file', () => {
    writeFileSync(join(root, "it's"), 'a\n\nb');
    chmodSync(join(root, "it's"), 0o640);
    expect(ask(shell, fileAt(join(root, "it's")))).toEqual({
      type: 'file',
      mode: '0640',
      owner,
      content: 'a\n\nb',
    });
  });

  test('tells folders, links, other things and nothing apart', () => {
    mkdirSync(join(root, 'folder'), { mode: 0o711 });
    symlinkSync('nowhere', join(root, 'link'));
    expect(ask(shell, fileAt(join(root, 'folder')))).toEqual({
      type: 'folder',
      mode: '0711',
      owner,
    });
    expect(ask(shell, fileAt(join(root, 'link')))).toEqual({ type: 'link', target: 'nowhere' });
    expect(ask(shell, fileAt('/dev/null'))).toEqual({ type: 'other' });
    expect(ask(shell, fileAt(join(root, 'no/such/file')))).toEqual({ type: 'absent' });
  });
});

const NOBODY = 65_534;

/** busybox runs its own stat, not what the test has put there. */
describe.skipIf(process.getuid?.() !== 0).for(SHELLS.filter(([name]) => name !== 'busybox'))(
  'the file read as root under %s',
  ([, shell]) => {
    test('waits for no FIFO that another user puts there after the look', () => {
      const path = join(root, 'his/file');
      mkdirSync(join(root, 'his'));
      writeFileSync(path, 'a');
      chownSync(join(root, 'his'), NOBODY, NOBODY);
      stub('timeout', `rm ${path}; mkfifo ${path}; shift; exec /usr/bin/timeout 0.1 "$@"`);
      const reads = [fileAt(path)];
      const script = `PATH=${root}/bin:$PATH\n${joinReads(reads, 'm')}`;
      const [output] = splitAnswers(runShell(shell, script), 'm', reads);
      expect(output?.status).toBe(1);
    });
  },
);

/** A program of the host that does what the test wants. */
function stub(name: string, script: string): void {
  mkdirSync(join(root, 'bin'), { recursive: true });
  writeFileSync(join(root, 'bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

test.skipIf(process.platform !== 'linux')(
  'the sysctl read gives the live value, or undefined for a key that the kernel has not',
  () => {
    const [, shell] = SHELLS[0] ?? ['sh', ['sh', '-s']];
    const value = readFileSync('/proc/sys/kernel/pid_max', 'utf8').trim();
    expect(ask(shell, sysctlValue('kernel.pid_max'))).toBe(value);
    expect(ask(shell, sysctlValue('kernel.no_such_key'))).toBe(undefined);
    expect(ask(shell, sysctlValue('net.ipv4.ip_local_port_range'))).toMatch(/^\d+ \d+$/);
  },
);

test('a dot in the name of an interface is a slash in the name of its key', () => {
  expect(sysctlPath('net.ipv6.conf.eth0/100.forwarding')).toBe(
    '/proc/sys/net/ipv6/conf/eth0.100/forwarding',
  );
});

test('an owner may have blanks in its name, as groups of a directory service have', () => {
  const output = (stdout: string) => ({
    status: 0,
    stderr: '',
    stdout,
    bytes: Buffer.from(stdout),
  });
  const owner = 'root:domain users';
  expect(fileAt('/f').parse(output(`81a4 ${owner}\nbody`))).toEqual({
    type: 'file',
    mode: '0644',
    owner,
    content: 'body',
  });
  expect(
    preImages('r1').parse(output(`path /f\nfile 644 ${owner}\nYQ==\npath /g\nabsent\n`)),
  ).toEqual([
    { path: '/f', type: 'file', mode: '0644', owner, content: 'a' },
    { path: '/g', type: 'absent' },
  ]);
});

test('what was there before a run is a text only where its bytes are one', () => {
  const texts = [Buffer.from('ä'), Buffer.of(0xff), Buffer.from('a\0')].map((bytes) =>
    bytes.toString('base64'),
  );
  const blocks = texts.map((text, index) => `path /${index}\nfile 644 a:b\n${text}\n`).join('');
  const stdout = `${blocks}path /link\nother\n`;
  const output = { status: 0, stderr: '', stdout, bytes: Buffer.from(stdout) };
  const types = preImages('r')
    .parse(output)
    .map(({ type }) => type);
  expect(types).toEqual(['file', 'other', 'other', 'other']);
});
