import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type NodeDisk, seenOnDisk, writtenBetween } from '#lab/disk.ts';
import { type DiskEntry, OPAQUE, readTar } from '#lab/read-tar.ts';

const root = mkdtempSync(join(tmpdir(), 'rota-disk-'));
const LONG = 'long-'.repeat(60);

beforeAll(() => {
  mkdirSync(join(root, 'etc/app'), { recursive: true });
  for (const path of ['etc/app/a', 'etc/app/b', 'etc/motd'])
    writeFileSync(join(root, path), 'old\n');
});
afterAll(() => rmSync(root, { recursive: true }));

const FILE: DiskEntry = {
  ...{ type: 'file', mode: '0644', owner: '0:0', attributes: {} },
  content: '7f3c',
};
const FOLDER: DiskEntry = { ...FILE, type: 'folder', mode: '0755', content: '' };
const WHITEOUT: DiskEntry = { ...FILE, type: 'whiteout', mode: '0000', content: '' };

function disk(upper: Readonly<Record<string, DiskEntry>>): NodeDisk {
  return { upper: new Map(Object.entries(upper)), volatile: new Map(), lower: root };
}

async function read(folder: string, ...flags: readonly string[]) {
  const tar = spawn('tar', [
    '-c',
    '--format=posix',
    '--numeric-owner',
    ...flags,
    '-C',
    folder,
    '.',
  ]);
  return await readTar(tar.stdout);
}

/** What of the machine below is seen where a path was copied up as it is. */
async function copiedUp(path: string): Promise<NodeDisk> {
  const entry = (await read(root)).get(path);
  return disk(entry === undefined ? {} : { [path]: entry });
}

test('an archive tells type, mode, owner and content of each path, whatever its name', async () => {
  const folder = join(root, 'tar');
  mkdirSync(join(folder, LONG.slice(0, 200), 'é ü'), { recursive: true });
  writeFileSync(join(folder, LONG.slice(0, 200), 'é ü', 'x'.repeat(120)), 'a'.repeat(100_000));
  symlinkSync(`/${LONG}`, join(folder, 'link'));
  execFileSync('mkfifo', [join(folder, 'fifo')]);
  writeFileSync(join(folder, 'empty'), '');
  chmodSync(join(folder, 'empty'), 0o4750);
  const own = `${process.getuid?.()}:${process.getgid?.()}`;
  const entries = [...(await read(folder))].map(([path, { type, mode, owner, content }]) => [
    path.replace(LONG.slice(0, 200), 'LONG').replace('x'.repeat(120), 'NAME'),
    ...[
      type,
      type === 'link' ? '' : mode,
      owner === own,
      content.replace(LONG, 'LONG').slice(0, 8),
    ],
  ]);
  expect(entries.toSorted()).toMatchInlineSnapshot(`
    [
      [
        "/",
        "folder",
        "0755",
        true,
        "",
      ],
      [
        "/LONG",
        "folder",
        "0755",
        true,
        "",
      ],
      [
        "/LONG/é ü",
        "folder",
        "0755",
        true,
        "",
      ],
      [
        "/LONG/é ü/NAME",
        "file",
        "0644",
        true,
        "6d1cf22d",
      ],
      [
        "/empty",
        "file",
        "4750",
        true,
        "e3b0c442",
      ],
      [
        "/fifo",
        "FIFO",
        "0644",
        true,
        "",
      ],
      [
        "/link",
        "link",
        "",
        true,
        "/LONG",
      ],
    ]
  `);
});

test('what was written back as it was is written, and is not seen', async () => {
  const after = await copiedUp('/etc/motd');
  expect(writtenBetween(disk({}), after).map(({ path }) => path)).toEqual(['/etc/motd']);
  expect(await seenOnDisk(disk({}), after)).toEqual([]);
});

test('what hides files of the layer below is seen as the loss of them', async () => {
  const paths = async (after: NodeDisk) =>
    (await seenOnDisk(disk({}), after)).map(({ path, after: now }) => [path, now?.type]);
  expect(await paths(disk({ '/etc/motd': WHITEOUT }))).toEqual([['/etc/motd', undefined]]);
  const made = disk({
    '/etc/app': { ...FOLDER, attributes: { [OPAQUE]: 'y' } },
    '/etc/app/c': FILE,
  });
  expect((await paths(made)).filter(([path]) => path !== '/etc/app')).toEqual([
    ['/etc/app/a', undefined],
    ['/etc/app/b', undefined],
    ['/etc/app/c', 'file'],
  ]);
});
