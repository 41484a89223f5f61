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
        "inventory.yaml:3:1: The file is not valid YAML. Close the { with } or the [ with ]; what is in it stands further right than its key.",
      ],
      "a tab as indentation": [
        "inventory.yaml:2:1: The file is not valid YAML. Indent with blanks instead of tabs.",
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

const MISTAKES = {
  'an expression': 'a: {{ value }}',
  'an expression with more': 'a: {{ value }}/x',
  'an expression in a list': 'a: [{{ value }}]',
  'a colon': 'a: see note: here',
  'a colon between braces': 'a: {b: c: d}',
  'a list between braces': 'a: {b: - c}',
  'a list behind its key': 'a: - b',
  'an apostrophe': "a: 'it's'",
  'more behind brackets': 'a: [x] y',
  'a reserved character': 'a: @x',
  'a comparison': 'a: >= 3',
  'a bracket': 'a: ]x',
  'a backslash': 'a: "\\d"',
  'a number sign': 'a: {b}#c',
  'a quote that stays open': 'a: "x',
  'no colon': 'a 1\n    b: 2',
  'no blank': 'a:1\n    b: 2',
  'a no-break space': 'a:\u00a01\n    b: 2',
  'another column': 'a: 1\n   b: 2',
  'another column to the right': 'a: 1\n      b: 2',
  'a second value in quotes': 'a: "x" "y"',
  'a list behind a list': 'a: [x] [y]',
  'a comma behind brackets': 'a: [x], y',
  'a key without a colon': 'a: x\n    b',
  'an item without a blank': 'a:\n    - x\n    -y',
  'more behind a key in quotes': '"a"b: x',
};

test('what stands in the column of a list, and is none of it, is told with how it is mended', async () => {
  const texts = ['- a\nb: 1\n', '- a\n: b\n', '- a\n-b\n', '- &a - : b\n'];
  const told = await complaintsByName(Object.fromEntries(texts.map((text) => [text, text])));
  expect(Object.values(told).flat()).toMatchInlineSnapshot(`
    [
      "inventory.yaml:2:1: The file is not valid YAML. Begin the line in the column of those that it belongs to.",
      "inventory.yaml:2:1: The file is not valid YAML. Put a key before the colon, on the same line.",
      "inventory.yaml:2:1: The file is not valid YAML. Put a blank behind the - of the item.",
      "inventory.yaml:1:8: The file is not valid YAML. Begin each item of the list with - and a blank.",
    ]
  `);
});

test('a value or a line that is no YAML is told with how it is mended', async () => {
  const texts = Object.entries(MISTAKES).map(([name, line]) => [
    name,
    `all:\n  vars:\n    ${line}\n`,
  ]);
  expect(await complaintsByName(Object.fromEntries(texts))).toMatchInlineSnapshot(`
    {
      "a backslash": [
        "inventory.yaml:3:9: The file is not valid YAML. Write the backslash twice, or use single quotes.",
      ],
      "a bracket": [
        "inventory.yaml:3:8: The file is not valid YAML. Put the value in quotes, or remove what closes nothing.",
      ],
      "a colon": [
        "inventory.yaml:3:8: The file is not valid YAML. Put the value in quotes if it has a colon in it; else begin the line in the column of those that it belongs to.",
      ],
      "a colon between braces": [
        "inventory.yaml:3:12: The file is not valid YAML. Put a value that has a colon in it, or begins with -, in quotes; between { and }, write a list as [a, b].",
      ],
      "a comma behind brackets": [
        "inventory.yaml:3:11: The file is not valid YAML. Put the whole value in quotes: what begins with a quote, [ or { ends where that is closed.",
      ],
      "a comparison": [
        "inventory.yaml:3:9: The file is not valid YAML. Begin the text on the line below | or >, or put the value in quotes.",
      ],
      "a key without a colon": [
        "inventory.yaml:4:5: The file is not valid YAML. Put a colon and a blank behind the key; what goes on with the value above stands further right than its key.",
      ],
      "a list behind a list": [
        "inventory.yaml:3:12: The file is not valid YAML. Put the whole value in quotes: what begins with a quote, [ or { ends where that is closed.",
      ],
      "a list behind its key": [
        "inventory.yaml:3:8: The file is not valid YAML. Begin the list on the line below the key, or put the value in quotes.",
      ],
      "a list between braces": [
        "inventory.yaml:3:12: The file is not valid YAML. Put a value that has a colon in it, or begins with -, in quotes; between { and }, write a list as [a, b].",
      ],
      "a no-break space": [
        "inventory.yaml:3:5: The file is not valid YAML. Put a plain blank behind the colon: this one is of another kind.",
      ],
      "a number sign": [
        "inventory.yaml:3:11: The file is not valid YAML. Put a blank before the #, or the value in quotes.",
      ],
      "a quote that stays open": [
        "inventory.yaml:4:1: The file is not valid YAML. Close the quote that is open.",
      ],
      "a reserved character": [
        "inventory.yaml:3:8: The file is not valid YAML. Put the value in quotes: only so may it begin with this.",
      ],
      "a second value in quotes": [
        "inventory.yaml:3:12: The file is not valid YAML. Put the whole value in quotes: what begins with a quote, [ or { ends where that is closed.",
      ],
      "an apostrophe": [
        "inventory.yaml:3:12: The file is not valid YAML. Put the whole value in quotes: what begins with a quote, [ or { ends where that is closed.",
      ],
      "an expression": [
        "inventory.yaml:3:9: A key is a collection. Put the value in quotes: "{{ … }}".",
      ],
      "an expression in a list": [
        "inventory.yaml:3:10: A key is a collection. Put the value in quotes: "{{ … }}".",
      ],
      "an expression with more": [
        "inventory.yaml:3:19: The file is not valid YAML. Put the value in quotes: "{{ … }}".",
      ],
      "an item without a blank": [
        "inventory.yaml:5:5: The file is not valid YAML. Put a blank behind the - of the item.",
      ],
      "another column": [
        "inventory.yaml:4:1: The file is not valid YAML. Begin the line in the column of those that it belongs to.",
      ],
      "another column to the right": [
        "inventory.yaml:3:8: The file is not valid YAML. Put the value in quotes if it has a colon in it; else begin the line in the column of those that it belongs to.",
      ],
      "more behind a key in quotes": [
        "inventory.yaml:3:8: The file is not valid YAML. Put the whole value in quotes: what begins with a quote, [ or { ends where that is closed.",
      ],
      "more behind brackets": [
        "inventory.yaml:3:12: The file is not valid YAML. Put the whole value in quotes: what begins with a quote, [ or { ends where that is closed.",
      ],
      "no blank": [
        "inventory.yaml:3:5: The file is not valid YAML. Put a colon and a blank behind the key.",
      ],
      "no colon": [
        "inventory.yaml:3:5: The file is not valid YAML. Put a colon and a blank behind the key.",
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
