import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatOrigin } from '#engine/model/host.ts';
import { loadInventory } from '#lib/ansible-inventory/load-inventory.ts';
import {
  complaints,
  complaintsAt,
  folderOf,
  linesOf,
  load,
  variablesOf,
} from './inventory-folder.ts';

test('every part of a value knows its place, through merging, anchors and files', async () => {
  const folder = await folderOf({
    'inventory.yaml': `all:
  vars:
    shared: &shared {mac: x}
  hosts:
    node1:
      vips:
        - address: 10.0.0.1
          <<: *shared
`,
    'group_vars/all.yml': '# first\nbase:\n  - 1\n',
  });
  const { hosts } = await loadInventory([join(folder, 'inventory.yaml')]);
  const place = (name: string, path?: readonly PropertyKey[]) => {
    const variable = hosts[0]?.variables.get(name);
    const origin = path ? variable?.originOf(path) : variable?.origin;
    return origin && formatOrigin(origin).replace(`${folder}/`, '');
  };
  expect({
    key: place('vips'),
    value: place('vips', []),
    item: place('vips', [0]),
    address: place('vips', [0, 'address']),
    merged: place('vips', [0, 'mac']),
    missing: place('vips', [0, 'prefix', 'deeper']),
    missingItem: place('vips', [7]),
    file: place('base', [0]),
  }).toMatchInlineSnapshot(`
    {
      "address": "inventory.yaml:7:20",
      "file": "group_vars/all.yml:3:5",
      "item": "inventory.yaml:7:11",
      "key": "inventory.yaml:6:7",
      "merged": "inventory.yaml:3:27",
      "missing": "inventory.yaml:7:11",
      "missingItem": "inventory.yaml:7:9",
      "value": "inventory.yaml:7:9",
    }
  `);
});

test('values that hosts share cannot be changed', async () => {
  const inventory = await load('all: {vars: {a: {b: [1]}}, hosts: {n: , m: }}');
  const { a } = variablesOf(inventory, 'n') as { a: { b: number[] } };
  expect(() => a.b.push(2)).toThrow(TypeError);
});

test('what group_vars say for all hides what the inventory says for a group, with a warning', async () => {
  const inventory = await load('web: {vars: {color: red}, hosts: {n: }}', {
    'group_vars/all.yml': 'color: blue\n',
  });
  expect(variablesOf(inventory, 'n')).toEqual({ color: 'blue' });
  const folder = (inventory.sources[0] ?? '').replace('/inventory.yaml', '');
  expect(linesOf(inventory.warnings, folder)).toMatchInlineSnapshot(`
    [
      "inventory.yaml:1:14: group_vars/all hides the variable color. Move it to group_vars/web.yml: group_vars/all.yml:1 wins.",
    ]
  `);
});

test('problems of all files are reported at once', async () => {
  const lines = await complaints('web: {hosts: {n: }, bad: }', {
    'group_vars/all.yml': '- a list\n',
    'group_vars/web/1.yml': 'a: [\n',
    'group_vars/web/2.json': '{"a": 1, "a": 2}',
    'group_vars/unused.yml': '[',
    'host_vars/n.yaml': 'text\n',
  });
  expect(lines).toMatchInlineSnapshot(`
    [
      "group_vars/all.yml:1:1: A file of variables is not a mapping. Write name: value, each on a line; this is a list.",
      "group_vars/web/1.yml:2:1: The file is not valid YAML. Close the { with } or the [ with ]; what is in it stands further right than its key.",
      "group_vars/web/2.json:1:10: The key a is there twice. Remove one of them; the first is on line 1.",
      "host_vars/n.yaml:1:1: A file of variables is not a mapping. Write name: value, each on a line; this is a text.",
      "inventory.yaml:1:21: The key bad has no place in a group. A group has hosts:, vars: and children: alone.",
    ]
  `);
});

test('a file in place of a folder of variables is refused', async () => {
  expect(await complaints('all: {hosts: {n: }}', { host_vars: '' })).toMatchInlineSnapshot(`
    [
      "host_vars:1:1: A file stands where a folder of variables belongs. Make it a folder with one file per name, or rename it.",
    ]
  `);
});

test('a folder of variables that leads back to itself is refused', async () => {
  const folder = await folderOf({ 'inventory.yaml': 'all: {hosts: {n: }}' });
  await mkdir(join(folder, 'group_vars/all'), { recursive: true });
  await symlink('.', join(folder, 'group_vars/all/again'));
  await symlink('.', join(folder, 'group_vars/all/twice'));
  expect(await complaintsAt(join(folder, 'inventory.yaml'), folder)).toMatchInlineSnapshot(`
    [
      "group_vars/all:1:1: The folder is too large. At most 20 levels and 10000 files are read: look for a link that leads back.",
    ]
  `);
});

test('a link to nowhere is refused, not passed over', async () => {
  const folder = await folderOf({ 'inventory.yaml': 'all: {hosts: {n: }}', 'group_vars/x': '' });
  await symlink('nowhere', join(folder, 'group_vars/all.yml'));
  expect(await complaintsAt(join(folder, 'inventory.yaml'), folder)).toMatchInlineSnapshot(`
    [
      "group_vars/all.yml:1:1: The file does not exist. Check the path, or create it: group_vars/all.yml",
    ]
  `);
});

test('paths that are no readable file are refused', async () => {
  const folder = await folderOf({ 'inventory.yaml': 'all: {hosts: {n: }}' });
  await symlink('loop', join(folder, 'loop'));
  const paths = ['missing.yaml', 'inventory.yaml/x', 'loop', ''];
  const lines = await Promise.all(paths.map((path) => complaintsAt(join(folder, path), folder)));
  expect(lines.flat().map((line) => line.replaceAll(folder, '.'))).toMatchInlineSnapshot(`
    [
      "missing.yaml:1:1: The file does not exist. Check the path, or create it: missing.yaml",
      "inventory.yaml/x:1:1: The file does not exist. Check the path, or create it: inventory.yaml/x",
      "loop:1:1: The file is a link that leads round in circles. Mend it: ls -l loop",
      "loop:1:1: The file is a link that leads round in circles. Mend it: ls -l loop",
    ]
  `);
});

test('expressions in variables that nothing uses are no problem', async () => {
  const lines = await complaints(`all:
  vars:
    a: "{{ b }}"
    hidden: "{{ c }}"
    deep: [{x: "{% if y %}"}]
  hosts:
    n: {hidden: plain}
    m: {hidden: plain}
unused: {vars: {z: "{{ never }}"}}
`);
  expect(lines).toEqual([]);
});
