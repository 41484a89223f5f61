import { join } from 'node:path';
import { expect, test } from 'vitest';
import { failuresOf } from '#engine/model/failure.ts';
import { loadInventory } from '#lib/ansible-inventory/load-inventory.ts';
import { folderOf, linesOf, variablesOf } from '../inventory-folder.ts';

async function load(files: Readonly<Record<string, string>>, ...sources: readonly string[]) {
  const folder = await folderOf(files);
  return loadInventory(sources.map((source) => join(folder, source)));
}

async function complaints(
  files: Readonly<Record<string, string>>,
  ...sources: readonly string[]
): Promise<readonly string[]> {
  const folder = await folderOf(files);
  return loadInventory(sources.map((source) => join(folder, source))).then(
    () => [],
    (error) => linesOf(failuresOf(error), folder),
  );
}

test('a later source adds to groups and wins, and so do the folders beside it', async () => {
  const inventory = await load(
    {
      'one/hosts.yaml': 'web: {hosts: {a: {x: 1, y: 1}}, vars: {g: 1}, children: {sub: }}',
      'two/hosts.yaml': 'web: {hosts: {b: , a: {y: 2}}}\nsub: {hosts: {a: }}',
      'one/group_vars/sub.yml': 'deep: 1',
      'two/group_vars/web.yml': 'deep: 2',
      'two/host_vars/a.yml': 'z: 2',
      'one/host_vars/a.yml': 'z: 1',
    },
    'one/hosts.yaml',
    'two/hosts.yaml',
  );
  expect(inventory.groups.get('web')).toEqual(['a', 'b']);
  expect(variablesOf(inventory, 'a')).toEqual({ x: 1, y: 2, g: 1, deep: 2, z: 2 });
});

test('a folder is all the inventories in it and below, in ASCII order, but for what is no inventory', async () => {
  const ignored = ['.hidden', 'x.ini', 'x.cfg', 'x.md', 'x.txt', 'x.retry', 'x.bak', 'x~', 'x.rst'];
  const inventory = await load(
    {
      ...Object.fromEntries(ignored.map((name) => [`inv/${name}`, ': no inventory'])),
      'inv/B.yaml': 'web: {hosts: {b: {last: B, B: }}}',
      'inv/a/z.yaml': 'web: {hosts: {b: {last: z}}}',
      'inv/a/group_vars/all.yml': 'not: read',
      'inv/c.yaml': 'web: {hosts: {c: }}',
      'inv/group_vars/all.yml': 'read: true',
      'group_vars/all.yml': 'outside: true',
    },
    'inv',
  );
  expect(inventory.groups.get('web')).toEqual(['b', 'c']);
  expect(variablesOf(inventory, 'b')).toEqual({ last: 'z', B: null, read: true });
});

test('a folder that two sources share counts where it is named last', async () => {
  const inventory = await load(
    {
      'one/a.yaml': 'web: {hosts: {n: }}',
      'two/b.yaml': 'web: {hosts: {n: }}',
      'one/c.yaml': 'web: {hosts: {n: }}',
      'one/group_vars/web.yml': 'x: one',
      'two/group_vars/web.yml': 'x: two',
    },
    'one/a.yaml',
    'two/b.yaml',
    'one/c.yaml',
  );
  expect(variablesOf(inventory, 'n')).toEqual({ x: 'one' });
});

test('problems of all sources are reported at once', async () => {
  const lines = await complaints(
    { 'a.yaml': 'web: {bad: }', 'c/readme.md': '', 'd/x.yaml': 'all: {hosts: {web: }}' },
    'a.yaml',
    'b.yaml',
    'c',
    'd',
  );
  expect(lines).toMatchInlineSnapshot(`
    [
      "a.yaml:1:7: The key bad has no place in a group. A group has hosts:, vars: and children: alone.",
      "b.yaml:1:1: The file does not exist. Check the path, or create it: b.yaml",
      "c:1:1: The folder has no inventory. Put an inventory into it, such as hosts.yaml; *.ini, *.cfg, *.md and *.txt are passed over.",
      "d/x.yaml:1:15: A host and a group are both called web. Rename one of them: a pattern could mean either.",
    ]
  `);
});
