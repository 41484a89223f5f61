import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { redact } from '#engine/model/redaction.ts';
import { Secret } from '#engine/model/secret.ts';
import { Digest } from '#engine/model/state.ts';
import type { Task } from '#engine/model/task.ts';
import { absent } from '#tasks/files/absent.ts';
import { copyTree } from '#tasks/files/copy-tree.ts';
import { download } from '#tasks/files/download.ts';
import { fetch } from '#tasks/files/fetch.ts';
import { file } from '#tasks/files/file.ts';
import { folder } from '#tasks/files/folder.ts';
import { inFile } from '#tasks/files/in-file.ts';
import { link } from '#tasks/files/link.ts';
import { unpack } from '#tasks/files/unpack.ts';
import { book, runOn, TemporaryHost } from '../../engine/run/temporary-host.ts';
import { NEVER } from '../../never.ts';

/** Nothing in a name may be run, split, or taken for an option. */
const HOSTILE = `-n it's $(touch pwned) \`touch pwned\`; "*" \\ ü`;

let host: TemporaryHost;
beforeEach(() => {
  host = new TemporaryHost('node1');
});
afterEach(() => host.remove());

const did = async (...tasks: readonly Task[]) => {
  const { result } = await runOn([host], book({ tasks: () => tasks }));
  const [{ ok, changed } = { ok: 0, changed: 0 }] = result.hosts;
  return { ok, changed, failures: result.failures };
};

const refused = async (task: Task) => {
  const { failures, changed } = await did(task);
  expect(changed).toBe(0);
  return failures.map(({ message, where, ran, output }) => [message, where, ran ?? output]);
};

const undone = async (...tasks: readonly Task[]) => {
  const rollout = { serial: 1, gate: () => NEVER } as const;
  const { result } = await runOn([host], book({ tasks: () => tasks, rollout }));
  expect(result.failures.map(({ kind }) => kind)).toEqual(['check']);
  return result.undone;
};

/** All that is below a folder, with modes and contents. */
function below(path: string, name = ''): readonly string[] {
  const at = join(path, name);
  const stat = lstatSync(at);
  const mode = (stat.mode & 0o7777).toString(8);
  if (stat.isSymbolicLink()) return [`${name} → ${readlinkSync(at)}`];
  if (!stat.isDirectory()) return [`${name} ${mode} ${Digest.of(readFileSync(at)).sha256}`];
  const inside = readdirSync(at).toSorted();
  return [`${name}/ ${mode}`, ...inside.flatMap((one) => below(path, `${name}/${one}`))];
}

test('names are names, whatever is in them: done once, the same when done again, and all of it undone', async () => {
  const here = host.path(`here ${HOSTILE}`);
  mkdirSync(join(here, HOSTILE), { recursive: true });
  writeFileSync(join(here, HOSTILE, HOSTILE), `${HOSTILE}\n`);
  writeFileSync(join(here, 'binary'), Buffer.from([0, 255]));
  symlinkSync(HOSTILE, join(here, 'link'));
  const archive = host.path(`${HOSTILE}.tar.gz`);
  execFileSync('tar', ['czf', archive, '-C', here, '.']);
  const there = host.path(`there ${HOSTILE}`);
  const inThere = (name: string) => join(there, `${name} ${HOSTILE}`);
  for (const name of ['mine', 'old']) mkdirSync(inThere(name), { recursive: true });
  writeFileSync(join(inThere('mine'), HOSTILE), 'x');
  writeFileSync(join(inThere('old'), HOSTILE), 'x');
  chmodSync(join(inThere('mine'), HOSTILE), 0o600);
  const before = below(there);
  const tasks = () => [
    absent({ path: inThere('old'), tree: true }),
    copyTree({ source: here, path: inThere('tree') }),
    folder({ path: inThere('mine'), inside: { fileMode: '0640' } }),
    inFile({ path: inThere('edited'), what: { line: HOSTILE } }),
    link({ path: inThere('link'), target: HOSTILE }),
    unpack({ path: inThere('unpacked'), source: archive }),
  ];
  expect(await undone(...tasks())).toEqual(['node1']);
  expect(below(there)).toEqual(before);
  expect(await did(...tasks())).toEqual({ ok: 0, changed: 6, failures: [] });
  expect(below(inThere('tree'))).toEqual(below(here));
  expect(below(inThere('unpacked'))).toEqual(below(here));
  expect(readdirSync(there).toSorted()).toEqual(
    ['edited', 'link', 'mine', 'tree', 'unpacked'].map((name) => `${name} ${HOSTILE}`),
  );
  expect(await did(...tasks())).toEqual({ ok: 6, changed: 0, failures: [] });
  expect([existsSync('pwned'), existsSync(host.path('pwned'))]).toEqual([false, false]);
});

test('what is wrong with options is said at once when the task is made', () => {
  const said = (make: () => Task) => {
    try {
      make();
    } catch (error) {
      const { where, output } = error as { where: string; output: string };
      return [where, ...output.split('\n')];
    }
    return [];
  };
  const [bad, hash] = [{ path: 'x', mode: '644', owner: '0:0' }, { sha256: 'x' }];
  expect([
    said(() => absent({ path: '/srv', tree: true })),
    said(() => absent({ path: '/srv/../etc', tree: true })),
    said(() => copyTree({ ...bad, source: '/etc' })),
    said(() => download({ ...bad, ...hash, url: 'ftp://x/y' })),
    said(() => fetch({ path: 'x', to: '' })),
    said(() => folder({ ...bad, inside: {} })),
    said(() => folder({ path: '/x', inside: { owner: 'x', fileMode: 'x', folderMode: 'x' } })),
    said(() => link({ path: 'x', target: '' })),
    said(() => unpack({ ...bad, ...hash, archive: 'x.rar', strip: -1 })),
    said(() => unpack({ path: '/x', source: '/y.zip', strip: 1 })),
  ]).toMatchInlineSnapshot(`
    [
      [
        "absent /srv",
        "path must be one of two names at least, such as /srv/old",
      ],
      [
        "absent /srv/../etc",
        "path must be an absolute path on one line, without //, /./ and /../, that ends in a name",
      ],
      [
        "copyTree x",
        "mode is no option",
        "path must be an absolute path on one line, without //, /./ and /../, that ends in a name",
        "owner must be user:group, by their names",
      ],
      [
        "download x",
        "url must be a URL of http or https",
        "sha256 must be 64 hex digits in lower case, of sha256sum FILE",
        "path must be an absolute path on one line, without //, /./ and /../, that ends in a name",
        "mode must be four octal digits, such as 0644",
        "owner must be user:group, by their names",
      ],
      [
        "fetch x",
        "path must be an absolute path on one line, without //, /./ and /../, that ends in a name",
        "to must be a path",
      ],
      [
        "folder x",
        "path must be an absolute path on one line, without //, /./ and /../, that ends in a name",
        "mode must be four octal digits, such as 0644",
        "owner must be user:group, by their names",
        "inside must be an owner, a fileMode or a folderMode",
      ],
      [
        "folder /x",
        "inside.owner must be user:group, by their names",
        "inside.fileMode must be four octal digits, such as 0644",
        "inside.folderMode must be four octal digits, such as 0644",
      ],
      [
        "link x",
        "path must be an absolute path on one line, without //, /./ and /../, that ends in a name",
        "target must be one line of text",
      ],
      [
        "unpack x",
        "mode is no option",
        "path must be an absolute path on one line, without //, /./ and /../, that ends in a name",
        "owner must be user:group, by their names",
        "sha256 must be 64 hex digits in lower case, of sha256sum FILE",
        "archive must be an absolute path on one line, without //, /./ and /../, that ends in a name",
        "archive must be a .tar, .tar.gz, .tgz, .tar.xz or .zip file",
        "strip must be a whole number, and none for a zip",
      ],
      [
        "unpack /x",
        "strip must be a whole number, and none for a zip",
      ],
    ]
  `);
});

test('what cannot be read on the control machine is said, and is no bug', () => {
  symlinkSync('loop', host.path('loop'));
  const source = host.path('loop/x');
  for (const make of [
    () => file({ path: '/x', source }),
    () => copyTree({ path: '/x', source }),
    () => unpack({ path: '/x', source: `${source}.tar` }),
  ])
    expect(make).toThrow(
      expect.objectContaining({
        message: 'A file of the control machine cannot be read',
        ran: expect.stringContaining('ELOOP'),
      }),
    );
});

test('a tree with a link that no host could tell is refused by name', () => {
  mkdirSync(host.path('here'));
  symlinkSync('a ', host.path('here/link'));
  expect(() => copyTree({ source: host.path('here'), path: '/srv/x' })).toThrow(
    expect.objectContaining({ output: 'the target of /link must be one line of text' }),
  );
});

test('a file that a task before it only brings from elsewhere is not edited as it was before', async () => {
  const [source, path] = [host.path('source'), host.path('there')];
  writeFileSync(source, Buffer.from([0]));
  writeFileSync(path, 'old\n');
  const tasks = [file({ path, source }), inFile({ path, what: { line: 'x' } })];
  expect(await did(...tasks)).toMatchObject({
    changed: 0,
    failures: [
      { message: 'What an earlier task of the stage puts into the file is not known before' },
    ],
  });
  expect(readFileSync(path, 'utf8')).toBe('old\n');
});

test('a tree that was changed in the meantime is sent in its differences alone', async () => {
  const source = host.path('here');
  mkdirSync(join(source, 'a'), { recursive: true });
  writeFileSync(join(source, 'a', 'same'), 'what stays');
  writeFileSync(join(source, 'a', 'other'), 'old');
  const path = host.path('there');
  await did(copyTree({ source, path }));
  writeFileSync(join(source, 'a', 'other'), 'what is new');
  writeFileSync(join(path, 'of the host'), 'stays');
  host.exchanges.length = 0;
  const { events } = await runOn([host], book({ tasks: () => [copyTree({ source, path })] }));
  const planned = events.flatMap((event) =>
    event.type === 'hostPlanned' ? event.stages.flat().flatMap(({ fields }) => fields) : [],
  );
  expect(planned.map(({ name }) => name)).toEqual([join(path, 'a', 'other')]);
  const sent = host.exchanges.join();
  expect([sent.includes('what is new'), sent.includes('what stays')]).toEqual([true, false]);
  expect(readFileSync(join(path, 'of the host'), 'utf8')).toBe('stays');
});

test('a tree is not removed where it is too large to be kept, nor a folder where a file should go', async () => {
  const path = host.path('old');
  mkdirSync(path);
  expect(await refused(absent({ path }))).toEqual([
    ['A folder is where only a file or a link may be removed', path, undefined],
  ]);
  execFileSync('fallocate', ['-l', '70M', join(path, 'large')]);
  expect(await refused(absent({ path, tree: true }))).toEqual([
    ['A tree is too large to be kept for an undo', path, '70 MB; 64 MB at most'],
  ]);
  expect(existsSync(join(path, 'large'))).toBe(true);
});

test('an archive takes the place of the one before, which an undo brings back, and of nothing else', async () => {
  const [app, source] = [host.path('app'), host.path('app.tar')];
  const [path, readme] = [host.path('path'), join(app, 'readme')];
  const pack = (text: string) => {
    mkdirSync(app, { recursive: true });
    writeFileSync(readme, text);
    execFileSync('tar', ['cf', source, '--mtime=@0', '-C', app, 'readme']);
    return unpack({ path, source });
  };
  await did(pack('1'));
  writeFileSync(join(path, 'of others'), '');
  const before = below(path);
  expect(await undone(pack('2'))).toEqual(['node1']);
  expect(below(path)).toEqual(before);
  expect(await did(pack('1'))).toMatchObject({ ok: 1, changed: 0 });
  expect(await did(pack('2'))).toMatchObject({ changed: 1, failures: [] });
  expect(readdirSync(path)).toEqual(['readme']);
  rmSync(join(path, 'readme'));
  expect(await did(pack('2'))).toMatchObject({ changed: 1, failures: [] });
  const other = host.path('of others');
  mkdirSync(other);
  expect(await refused(unpack({ path: other, source }))).toEqual([
    ['A folder that nothing was unpacked into is where an archive should be', other, undefined],
  ]);
  chmodSync(other, 0o777);
  expect(await refused(unpack({ path: join(other, 'x'), source }))).toEqual([
    [
      'An archive is only unpacked where nobody else can exchange what is unpacked',
      join(other, 'x'),
      undefined,
    ],
  ]);
  const sha256 = '0'.repeat(64);
  const path2 = host.path('new');
  expect(await refused(unpack({ path: path2, archive: source, sha256 }))).toEqual([
    ['A command failed', `${path2} › node1`, `unpack ${path2} → exit 1`],
  ]);
  expect(existsSync(path2)).toBe(false);
});

test('an edit that never comes to its end is refused, and one of a secret shows none of it', async () => {
  const path = host.path('edited');
  writeFileSync(path, 'aa\n');
  const task = inFile({ path, what: { pattern: /a/, by: 'ab' } });
  expect(await refused(task)).toEqual([
    ['An edit of a file finds something to do in what it has made itself', path, undefined],
  ]);
  const what = { key: 'password', value: new Secret('do not tell') };
  const { events } = await runOn([host], book({ tasks: () => [inFile({ path, what })] }));
  expect(readFileSync(path, 'utf8')).toBe('aa\npassword=do not tell\n');
  expect(JSON.stringify(events)).not.toContain('do not tell');
});

test('of a secret in a file nothing is shown by whoever edits that file, too, before or behind it', async () => {
  const [edited, written] = [host.path('edited'), host.path('written')];
  const line = (path: string) => inFile({ path, what: { line: 'x=1' } });
  const secret = new Secret('do not tell of edits');
  const whole = (path: string) => file({ path, body: new Secret('do not tell of files\n') });
  const edit = inFile({ path: edited, what: { key: 'password', value: secret } });
  const dry = { mode: 'dry-run' } as const;
  const runs = [
    await runOn([host], book({ tasks: () => [whole(written), line(written)] }), dry),
    await runOn([host], book({ tasks: () => [edit] })),
    await runOn([host], book({ tasks: () => [edit, line(edited)] })),
  ];
  expect(runs.flatMap(({ result }) => result.failures)).toEqual([]);
  expect(readFileSync(edited, 'utf8')).toBe('password=do not tell of edits\nx=1\n');
  expect(redact(JSON.stringify(runs.map(({ events }) => events)))).not.toContain('do not tell');
});

test('what is fetched is what the host has, byte for byte, and a dry run fetches nothing', async () => {
  const [path, to] = [host.path('there'), host.path('new/folder/here')];
  const bytes = Buffer.from([0, 10, 255, 10]);
  writeFileSync(path, bytes);
  const tasks = () => [fetch({ path, to })];
  const dry = await runOn([host], book({ tasks }), { mode: 'dry-run' });
  expect([dry.result.hosts[0]?.pending, existsSync(to)]).toEqual([1, false]);
  expect(await did(...tasks())).toEqual({ ok: 0, changed: 1, failures: [] });
  expect([readFileSync(to).equals(bytes), lstatSync(to).mode & 0o777]).toEqual([true, 0o600]);
  expect(await did(...tasks())).toMatchObject({ ok: 1, changed: 0 });
  writeFileSync(path, 'new');
  expect(await did(fetch({ path, to: join(path, 'x') }))).toMatchObject({
    failures: [{ message: 'A file of the control machine could not be written' }],
  });
  mkdirSync(host.path('here/folder'), { recursive: true });
  expect(await did(fetch({ path, to: host.path('here/folder') }))).toMatchObject({
    failures: [{ message: 'A file of the control machine could not be written' }],
  });
  expect(readdirSync(host.path('here'))).toEqual(['folder']);
  rmSync(path);
  expect(await refused(fetch({ path, to }))).toEqual([
    ['There is no such file on the host to be fetched', path, undefined],
  ]);
});
