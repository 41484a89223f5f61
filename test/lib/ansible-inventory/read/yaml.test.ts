import { expect, test } from 'vitest';
import { complaints, complaintsByName, load, variablesOf } from '../inventory-folder.ts';

const BROKEN = {
  'a syntax error': 'all:\n  hosts: {a: 1\n',
  'a tab as indentation': 'all:\n\thosts:\n',
  'two documents': '--- {a: }\n--- {b: }\n',
  'duplicate keys': 'all:\n  vars:\n    a: 1\n    b: 2\n    a: 3\n',
  'keys that become equal': 'all: {vars: {a: {1: x, "1": y}}}',
  'a collection as a key': 'all: {vars: {[a]: 1}}',
  'a key that is missing': 'all:\n  vars:\n    a: [b]: c\n',
  'an alias without its anchor': 'all: {vars: {a: *b}}',
  'an alias inside its own anchor': 'all: {vars: {a: &b [*b]}}',
  'an anchor declared twice': 'all: {vars: {a: &b 1, c: &b 2}}',
  'a merge key without a mapping': 'all: {vars: {<<: 1}}',
  'a control character': 'all:\n  vars: {a: "\u0007"}\n',
  'an empty file': '# nothing\n',
  'a list': '- node1\n- node2\n',
  'a text': 'node1\n',
};

test('what cannot be read is refused, with its place', async () => {
  expect(await complaintsByName(BROKEN)).toMatchInlineSnapshot(`
    {
      "a collection as a key": [
        "inventory.yaml:1:14: A key is a collection. Write a text, number or boolean before the colon.",
      ],
      "a control character": [
        "inventory.yaml:2:14: The file has a control character. Remove it, or write it as an escape between double quotes.",
      ],
      "a key that is missing": [
        "inventory.yaml:3:11: A key is missing. Write a text, number or boolean before the colon.",
      ],
      "a list": [
        "inventory.yaml:1:1: The inventory has no groups. Start with a group, such as all:, and hosts: below it; this is a list.",
      ],
      "a merge key without a mapping": [
        "inventory.yaml:1:18: A merge key has no mapping to merge. Merge mappings alone: <<: *anchor, or <<: [*anchor, *other].",
      ],
      "a syntax error": [
        "inventory.yaml:3:1: The file is not valid YAML. Flow map in block collection must be sufficiently indented and end with a }.",
      ],
      "a tab as indentation": [
        "inventory.yaml:2:1: The file is not valid YAML. Tabs are not allowed as indentation.",
      ],
      "a text": [
        "inventory.yaml:1:1: The inventory has no groups. Start with a group, such as all:, and hosts: below it; this is a text.",
      ],
      "an alias inside its own anchor": [
        "inventory.yaml:1:21: An alias stands inside its own anchor. Write the value out.",
      ],
      "an alias without its anchor": [
        "inventory.yaml:1:17: An alias has no anchor. Put & and its name before the value it means; a text that begins with * needs quotes.",
      ],
      "an anchor declared twice": [
        "inventory.yaml:1:29: An anchor is declared twice. Give one &b another name.",
      ],
      "an empty file": [
        "inventory.yaml:1:1: The inventory has no groups. Start with a group, such as all:, and hosts: below it; this is nothing.",
      ],
      "duplicate keys": [
        "inventory.yaml:5:5: The key a is there twice. Remove one of them; the first is on line 3.",
      ],
      "keys that become equal": [
        "inventory.yaml:1:24: The key 1 is there twice. Remove one of them; the first is on line 1.",
      ],
      "two documents": [
        "inventory.yaml:2:1: The file has more than one document. Put each document into a file of its own.",
      ],
    }
  `);
});

test('a file that is not UTF-8 is refused', async () => {
  expect(await complaints(Buffer.from([0xff, 0xfe, 0x61]))).toMatchInlineSnapshot(`
    [
      "inventory.yaml:1:1: The file is not UTF-8 text. Save it as UTF-8.",
    ]
  `);
});

test('a byte order mark does not shift positions', async () => {
  expect(await complaints('\ufeffall: {bad: }')).toMatchInlineSnapshot(`
    [
      "inventory.yaml:1:7: The key bad has no place in a group. A group has hosts:, vars: and children: alone.",
    ]
  `);
});

test('of several merge keys the last wins, of a list the first, and own keys over both', async () => {
  const inventory = await load(`all:
  vars:
    x: &x {a: x, b: x, c: x}
    y: &y {a: y, b: y}
    list: {<<: [*y, *x], a: own}
    twice:
      <<: *x
      <<: *y
  hosts: {n: }
`);
  const { list, twice } = variablesOf(inventory, 'n');
  expect({ list, twice }).toEqual({
    list: { a: 'own', b: 'y', c: 'x' },
    twice: { a: 'y', b: 'y', c: 'x' },
  });
});

test('names that JavaScript knows are names like others', async () => {
  const inventory = await load('all: {hosts: {__proto__: {__proto__: {a: 1}, toString: 2}}}');
  expect(inventory.hosts.map(({ name }) => name)).toEqual(['__proto__']);
  expect(Object.entries(variablesOf(inventory, '__proto__'))).toEqual([
    ['__proto__', { a: 1 }],
    ['toString', 2],
  ]);
});

test('a block that the end of the file cuts short has no newline at its end', async () => {
  const inventory = await load(
    'all:\n  hosts: {n: }\n  vars:\n    a: |\n      x\n    b: |\n      y',
  );
  expect(variablesOf(inventory, 'n')).toEqual({ a: 'x\n', b: 'y' });
});
