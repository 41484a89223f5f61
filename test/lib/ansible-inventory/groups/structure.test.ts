import { expect, test } from 'vitest';
import { complaints, linesOf, load } from '../inventory-folder.ts';

test('all problems of the structure are reported at once, in the order of the file', async () => {
  const text = `all:
  host: {node1: }
  var:
  wholly_other: 1
  hosts: [node1]
  vars: [a]
  children: 5
web:
  hosts:
    node1: 10.0.0.1
    12:
    yes:
    "":
    "a\\nb":
    n[3:1]:
  vars: {ansible_group_priority: high}
db: node2
7: {hosts: {x: }}
`;
  expect(await complaints(text)).toMatchInlineSnapshot(`
    [
      "inventory.yaml:2:3: The key host has no place in a group. Did you mean hosts?",
      "inventory.yaml:3:3: The key var has no place in a group. Did you mean vars?",
      "inventory.yaml:4:3: The key wholly_other has no place in a group. A group has hosts:, vars: and children: alone.",
      "inventory.yaml:5:10: The hosts of a group are not a mapping. Write a name and a colon on each line; this is a list.",
      "inventory.yaml:6:9: The vars of a group are not a mapping. Write name: value on each line; this is a list.",
      "inventory.yaml:7:13: The children of a group are not a mapping. Write a name and a colon on each line; this is a number.",
      "inventory.yaml:10:12: The host node1 is not a mapping. Write its variables as name: value, each on a line; this is a text.",
      "inventory.yaml:11:5: The name of a host is not a text. It is read as 12. Quote it: "12".",
      "inventory.yaml:12:5: The name of a host is not a text. It is read as true. Quote it: "true".",
      "inventory.yaml:13:5: The name of a host is not a text. Give it at least one letter, and no characters that are not seen.",
      "inventory.yaml:14:5: The name of a host is not a text. Give it at least one letter, and no characters that are not seen.",
      "inventory.yaml:15:5: The host n[3:1] cannot be read. The range ends before it begins: [3:1].",
      "inventory.yaml:16:34: The variable ansible_group_priority is not a whole number. Write a number, such as 10; the larger one wins.",
      "inventory.yaml:17:5: The group db is not a mapping. Give it hosts:, vars: or children:; this is a text.",
      "inventory.yaml:18:1: The name of a group is not a text. It is read as 7. Quote it: "7".",
    ]
  `);
});

test('a text is one name under hosts and children, but no variable', async () => {
  const inventory = await load('web: {hosts: node1, children: db}\ndb:\n');
  expect(Object.fromEntries(inventory.groups)).toMatchInlineSnapshot(`
    {
      "all": [
        "node1",
      ],
      "db": [],
      "ungrouped": [],
      "web": [
        "node1",
      ],
    }
  `);
  expect(await complaints('web: {vars: color}')).toMatchInlineSnapshot(`
    [
      "inventory.yaml:1:13: The vars of a group are not a mapping. Write name: value on each line; this is a text.",
    ]
  `);
});

test('groups that contain themselves are named with the whole circle', async () => {
  const text = `a: {children: {b: }}
b: {children: {c: , b: }}
c: {children: {a: }}
x: {children: {all: }}
`;
  expect(await complaints(text)).toMatchInlineSnapshot(`
    [
      "inventory.yaml:2:21: The group b contains itself. Remove b from the children of b: b › b.",
      "inventory.yaml:3:16: The group a contains itself. Remove a from the children of c: a › b › c › a.",
      "inventory.yaml:4:16: The group all contains itself. Remove all from the children of x: all › x › all.",
    ]
  `);
});

test('a host and a group cannot share a name', async () => {
  expect(await complaints('web: {hosts: {web: }}')).toMatchInlineSnapshot(`
    [
      "inventory.yaml:1:15: A host and a group are both called web. Rename one of them: a pattern could mean either.",
    ]
  `);
});

test('ungrouped cannot be inside another group: Ansible would lose its hosts', async () => {
  expect(await complaints('web: {children: {ungrouped: {hosts: {a: }}}}')).toMatchInlineSnapshot(`
    [
      "inventory.yaml:1:18: The group ungrouped is inside another group. Give the group another name: to Ansible these hosts are in no group at all.",
    ]
  `);
});

const RANGES = [
  'n[1:3',
  'n1:3]',
  'n[1,3]',
  'n[3:1]',
  'n[c:a]',
  'n[1:]',
  'n[01:5]',
  'n[1:5:0]',
  'n[1:5:x]',
  'n[a:5]',
  'n[1:2:3:4]',
  '2001:db8::[8:a]',
];

test('ranges that mean nothing are refused', async () => {
  const lines = RANGES.map((range) => `    "${range}":`);
  expect(await complaints(`all:\n  hosts:\n${lines.join('\n')}\n`)).toMatchInlineSnapshot(`
    [
      "inventory.yaml:3:5: The host n[1:3 cannot be read. A range has no end: write it as [1:3].",
      "inventory.yaml:4:5: The host n1:3] cannot be read. A range has no beginning: write it as [1:3].",
      "inventory.yaml:5:5: The host n[1,3] cannot be read. Write the range as [1:3], or [1:9:2] with a step; this is [1,3].",
      "inventory.yaml:6:5: The host n[3:1] cannot be read. The range ends before it begins: [3:1].",
      "inventory.yaml:7:5: The host n[c:a] cannot be read. The range ends before it begins: [c:a].",
      "inventory.yaml:8:5: The host n[1:] cannot be read. Give the range an end: [1:].",
      "inventory.yaml:9:5: The host n[01:5] cannot be read. Write both ends of the range with as many digits: [01:5].",
      "inventory.yaml:10:5: The host n[1:5:0] cannot be read. Give the range a step of 1 or more: [1:5:0].",
      "inventory.yaml:11:5: The host n[1:5:x] cannot be read. Give the range a step of 1 or more: [1:5:x].",
      "inventory.yaml:12:5: The host n[a:5] cannot be read. Both ends of a range are numbers, or both are letters: [a:5].",
      "inventory.yaml:13:5: The host n[1:2:3:4] cannot be read. Write the range as [1:3], or [1:9:2] with a step; this is [1:2:3:4].",
      "inventory.yaml:14:5: The host 2001:db8::[8:a] cannot be read. Both ends of a range are numbers, or both are letters: [8:a].",
    ]
  `);
});

test('a port counts only where a host is named first', async () => {
  const inventory = await load('a: {hosts: {n: , m:22: }}\nb:\n  hosts:\n    n:2222:\n    m:22:\n');
  expect(inventory.hosts.map(({ name, connection }) => [name, connection.port])).toEqual([
    ['n', undefined],
    ['m', 22],
  ]);
  expect(
    linesOf(inventory.warnings, (inventory.sources[0] ?? '').replace('/inventory.yaml', '')),
  ).toMatchInlineSnapshot(`
    [
      "inventory.yaml:4:5: The port of a host that was named before has no effect. Give n its port where line 1 names it first.",
    ]
  `);
});

test('a host stands where it is named first', async () => {
  const inventory = await load('a:\n  hosts:\n    n[1:2]:\nb:\n  hosts:\n    n1: {x: 1}\n');
  expect(inventory.hosts.map(({ name, origin }) => [name, origin.line, origin.column])).toEqual([
    ['n1', 3, 5],
    ['n2', 3, 5],
  ]);
});
