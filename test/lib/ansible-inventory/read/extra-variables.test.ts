import { join } from 'node:path';
import { expect, test } from 'vitest';
import { failuresOf } from '#engine/model/failure.ts';
import { formatOrigin } from '#engine/model/host.ts';
import { loadInventory } from '#lib/ansible-inventory/load-inventory.ts';
import { folderOf, linesOf, variablesOf } from '../inventory-folder.ts';

async function load(extra: readonly string[], files: Readonly<Record<string, string>> = {}) {
  const folder = await folderOf({ 'i.yaml': 'all: {hosts: {n: {a: host}}}', ...files });
  const texts = extra.map((text) => text.replace(/^@/, `@${folder}/`));
  return loadInventory([join(folder, 'i.yaml')], { extra: texts }).catch((error) =>
    linesOf(failuresOf(error), folder),
  );
}

async function loaded(...args: Parameters<typeof load>) {
  const inventory = await load(...args);
  if (!('hosts' in inventory)) throw new Error(String(inventory));
  return inventory;
}

test('variables of -e win over a host’s own, know their place, and reach the control machine', async () => {
  const inventory = await loaded(['x=1  a=extra', '@more.yaml'], { 'more.yaml': '\nb: [2]' });
  const [host] = inventory.hosts;
  expect(variablesOf(inventory, 'n')).toEqual({ a: 'extra', x: '1', b: [2] });
  expect(inventory.implicitLocalhost?.().variables.get('a')?.value).toBe('extra');
  const places = ['a', 'b'].map((name) => host?.variables.get(name)?.origin);
  expect(places.map((origin) => origin && formatOrigin(origin).replace(/.*\//, ''))).toEqual([
    '-e #1:1:6',
    'more.yaml:2:1',
  ]);
});

test('braces in them are text, never an expression', async () => {
  const inventory = await loaded(['a={{ b }}', '{"c": {"d": ["{{ e }}"]}}']);
  expect(variablesOf(inventory, 'n')).toEqual({ a: '{{ b }}', c: { d: ['{{ e }}'] } });
});

test('they can say how a host is reached', async () => {
  const inventory = await loaded(['ansible_host=10.0.0.9 ansible_port=2222']);
  const { address, port } = inventory.hosts[0]?.connection ?? {};
  expect({ address, port }).toEqual({ address: '10.0.0.9', port: 2222 });
});

const WRONG = [
  'word',
  'a=1 two words',
  'a="open',
  'a={{ open',
  './more.yaml',
  '{"a": 1',
  '[1]',
  '@list.yaml',
  '@gone.yaml',
];

test('what cannot be read is refused, all of it at once', async () => {
  expect(await load(WRONG, { 'list.yaml': '- a' })).toMatchInlineSnapshot(`
    [
      "-e #1:1:1: The variables of -e cannot be read. Write name=value; this is word. Quote a value with blanks.",
      "-e #2:1:1: The variables of -e cannot be read. Write name=value; this is two. Quote a value with blanks.",
      "-e #3:1:1: The variables of -e cannot be read. A quote, or an expression in braces, has no end.",
      "-e #4:1:1: The variables of -e cannot be read. A quote, or an expression in braces, has no end.",
      "-e #5:1:1: A file of variables has no @. Write -e @./more.yaml",
      "-e #6:1:8: The file is not valid YAML. Close the { with } or the [ with ]; what is in it stands further right than its key.",
      "-e #7:1:1: The variables of -e are not a mapping. Write name: value, each on a line, or JSON in braces; this is a list.",
      "gone.yaml:1:1: The file does not exist. Check the path, or create it: gone.yaml",
      "list.yaml:1:1: The variables of -e are not a mapping. Write name: value, each on a line, or JSON in braces; this is a list.",
    ]
  `);
});
