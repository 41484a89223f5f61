import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Checkouts } from '#queue/checkout.ts';

let folder: string;
let site: string;
const said: string[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rota-checkout-'));
  site = join(folder, 'site');
  execFileSync('git', ['init', '-q', '-b', 'main', site]);
});
afterAll(() => rmSync(folder, { recursive: true }));

function git(...words: readonly string[]): string {
  const who = ['-c', 'user.name=t', '-c', 'user.email=t@t'];
  return execFileSync('git', ['-C', site, ...who, ...words], { encoding: 'utf8' }).trim();
}

function commit(text: string): string {
  writeFileSync(join(site, 'hosts.yaml'), text);
  git('add', '-A');
  git('commit', '-qm', text);
  return git('rev-parse', 'HEAD');
}

/** As a worker that has just been started. */
function checkouts(url = site, branch = 'main'): Checkouts {
  return new Checkouts(join(folder, 'worker'), [{ url, branch }], (text) => said.push(text));
}

async function folderOf(worker: Checkouts, hash: string): Promise<string> {
  const found = await worker.find(hash);
  if ('why' in found) throw new Error(found.why);
  return found.folder;
}

test('a commit of a trusted branch is there whole, whatever its attributes say, and without submodules', async () => {
  const attributes = 'hosts.yaml export-ignore filter=own\nlink export-subst\n';
  writeFileSync(join(site, '.gitattributes'), attributes);
  symlinkSync('/etc/passwd', join(site, 'link'));
  mkdirSync(join(site, 'part'));
  git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},part`);
  const found = await folderOf(checkouts(), commit('one'));
  expect(readdirSync(found).toSorted()).toEqual(['.gitattributes', 'hosts.yaml', 'link', 'part']);
  expect(readFileSync(join(found, 'hosts.yaml'), 'utf8')).toBe('one');
  expect(lstatSync(join(found, 'link')).isSymbolicLink()).toBe(true);
  expect(readdirSync(join(found, 'part'))).toEqual([]);
});

test('a commit that no trusted branch has, or has no longer, is not', async () => {
  const main = commit('two');
  expect(await folderOf(checkouts(), main)).toBeDefined();
  git('checkout', '-q', '-b', 'other');
  const other = commit('three');
  const none = (hash: string) => ({ why: `no branch that it trusts has commit ${hash}` });
  expect(await checkouts().find(other)).toEqual(none(other));
  git('branch', '-f', 'main', `${main}~1`);
  expect(await checkouts().find(main)).toEqual(none(main));
  expect(said).toEqual([]);
});

test('workers of one user that begin at once have it all the same', async () => {
  const shared = join(folder, 'at-once');
  const workers = Array.from(
    { length: 6 },
    () => new Checkouts(shared, [{ url: site, branch: 'main' }], (text) => said.push(text)),
  );
  const head = git('rev-parse', 'main');
  const found = await Promise.all(workers.map(async (worker) => await folderOf(worker, head)));
  expect(found).toEqual(workers.map(() => join(shared, 'commits', head)));
});

test('a commit of a branch that cannot be fetched is not, even where an earlier fetch has it', async () => {
  const worker = checkouts(site, 'other');
  const head = git('rev-parse', 'other');
  const found = await folderOf(worker, head);
  renameSync(site, `${site}-away`);
  // What was fetched a moment ago is as new as it has to be.
  expect(await folderOf(worker, head)).toBe(found);
  const why = `commit ${head} cannot be had of ${site}#other`;
  expect(await checkouts(site, 'other').find(head)).toEqual({ why });
  renameSync(`${site}-away`, site);
  said.length = 0;
});

test('what is wrong with a repository or a branch is told without a password', async () => {
  const away = 'file://user:secret@localhost/nowhere';
  const reasons = [];
  for (const [url, branch] of [
    [away, 'main'],
    [site, '../main'],
    [site, 'main:other'],
    ['--upload-pack=x', 'main'],
  ])
    reasons.push(await checkouts(url, branch).find('1'.repeat(40)));
  expect([said.length, reasons.length]).toEqual([4, 4]);
  expect(JSON.stringify([said, reasons])).not.toMatch(/secret|folder/);
});

test('the folder of a commit stays while a worker uses it, and no other user may read it', async () => {
  git('checkout', '-qf', 'main');
  const hashes = [...'abcdefghijkl'].map((text) => commit(text));
  const [unused = '', used = '', ...others] = hashes;
  const [first, second] = [await folderOf(checkouts(), unused), await folderOf(checkouts(), used)];
  const longAgo = new Date('2026-01-01');
  for (const path of [first, second]) utimesSync(path, longAgo, longAgo);
  expect(await folderOf(checkouts(), used)).toBe(second);
  for (const hash of others) await folderOf(checkouts(), hash);
  expect([existsSync(first), existsSync(second)]).toEqual([false, true]);
  expect(statSync(join(folder, 'worker')).mode & 0o777).toBe(0o700);
});
