import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shellFile } from '#engine/shell/program-functions.ts';
import { sh } from '#engine/shell/quote.ts';
import { runShell, SHELLS } from '../../engine/shell/shells.ts';

const SEARCH = shellFile(new URL('../../../tasks/keepalived/find-in-layers.sh', import.meta.url));

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'layers-'));
  layer('lower', ['usr/bin/curl', 'usr/bin/gone', 'opt/old/tool', 'etc/passwd']);
  layer('upper', ['usr/local/bin/check', 'usr/bin/late']);
  symlinkSync('usr/bin', join(root, 'lower/bin'));
  symlinkSync('/usr/local/bin/check', join(root, 'lower/usr/bin/link'));
  symlinkSync('loop', join(root, 'lower/usr/bin/loop'));
  for (const path of ['usr/bin/gone', 'opt'])
    execFileSync('mknod', [join(root, 'upper', path), 'c', '0', '0']);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function layer(name: string, programs: readonly string[]): void {
  for (const program of programs) {
    const path = join(root, name, program);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '', { mode: 0o755 });
  }
}

describe.for(SHELLS)('%s', ([, shell]) => {
  const search = (layers: readonly string[], programs: readonly string[]) =>
    runShell(
      shell,
      `${sh`layers=${layers.join(':')}; set -- ${programs}`}\n${SEARCH}`,
    ).stdout.toString();

  test('finds a program as an overlay of the layers would have it', () => {
    const layers = ['upper', 'lower'].map((name) => join(root, name));
    const there = ['/bin/curl', '/usr/bin/late', '/usr/bin/../bin/link', '/bin/link'];
    const absent = ['/usr/bin/gone', '/opt/old/tool', '/usr/bin/loop', '/usr/bin', 'no/such'];
    expect(search(layers, [...there, ...absent])).toBe(
      absent.map((path) => `absent ${path}\n`).join(''),
    );
  });

  test('says that it saw nothing where the layers are no folders of an image', () => {
    expect(search(['<no value>', '<no value>'], ['/bin/curl'])).toBe('unseen\n');
  });
});
