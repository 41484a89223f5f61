import { expect, test } from 'vitest';
import { complaints, linesOf, load, variablesOf } from '../inventory-folder.ts';

test('scalars that YAML 1.1 and 1.2 read differently are warned of, with both readings', async () => {
  const inventory = await load(`all:
  vars:
    vrid: 051
    mac: 52:54:00:12:34:56
    big: 1e3
    eight: 08
    under: 1_000
    flag: yes
    0x: {on: 1}
    fine: [51, "051", true, 1.5, 0x1f, ~, a:b, 00:50:56:11:22:33, y, 2024-01-02]
  hosts: {node1: }
`);
  expect(
    linesOf(inventory.warnings, '').map((line) => line.replace(/^.*yaml:/, '')),
  ).toMatchInlineSnapshot(`
    [
      "3:11: YAML 1.1 and YAML 1.2 read this value differently. It is read as 41. Write 41, or "051" for the text.",
      "4:10: YAML 1.1 and YAML 1.2 read this value differently. It is read as 41135085296. Write 41135085296, or "52:54:00:12:34:56" for the text.",
      "5:10: YAML 1.1 and YAML 1.2 read this value differently. It is read as a text. Write "1e3", or 1000.",
      "6:12: YAML 1.1 and YAML 1.2 read this value differently. It is read as a text. Write "08", or 8.",
      "7:12: YAML 1.1 and YAML 1.2 read this value differently. It is read as 1000. Write 1000, or "1_000" for the text.",
      "8:11: YAML 1.1 and YAML 1.2 read this value differently. It is read as true. Write true, or "yes" for the text.",
      "9:10: YAML 1.1 and YAML 1.2 read this value differently. It is read as true. Write true, or "on" for the text.",
    ]
  `);
});

test('a warning does not show what a password is', async () => {
  const text = 'all: {vars: {ansible_become_password: 0123456, other: 0123456}, hosts: {node1: }}';
  const { warnings } = await load(text);
  expect(warnings.map(({ fix }) => fix)).toEqual([
    'Put it in quotes.',
    'It is read as 42798. Write 42798, or "0123456" for the text.',
  ]);
});

test('a number that JavaScript cannot hold stays exact', async () => {
  const inventory = await load('all: {vars: {id: 12345678901234567890}, hosts: {node1: }}');
  expect(variablesOf(inventory, 'node1')).toEqual({ id: 12345678901234567890n });
});

test('a file that is JSON is read as JSON', async () => {
  const inventory = await load(
    '{"all": {"vars": {"a": 1e3, "b": 10.0, "c": "\\ud83d\\ude00"},\n\t"hosts": {"node1": null}}}',
  );
  expect(variablesOf(inventory, 'node1')).toEqual({ a: 1000, b: 10, c: '😀' });
  expect(inventory.warnings).toEqual([]);
});

test('values that cannot be read are all reported, where they stand', async () => {
  const text = `all:
  vars:
    day: 2024-02-30
    equals: =
    merge: <<
    digits: 0x_
    tagged: !!int one
    binary: !!binary eA==
    own: !mine {b: 1}
`;
  expect(await complaints(text)).toMatchInlineSnapshot(`
    [
      "inventory.yaml:3:10: The value cannot be read. There is no such date. Quote it if it is a text: "2024-02-30".",
      "inventory.yaml:4:13: The value cannot be read. A lone = has a meaning of its own in YAML 1.1. Quote it: "=".",
      "inventory.yaml:5:12: The value cannot be read. A lone << has a meaning of its own in YAML 1.1. Quote it: "<<".",
      "inventory.yaml:6:13: The value cannot be read. A number without digits cannot be read. Quote it: "0x_".",
      "inventory.yaml:7:19: The value cannot be read. The text does not fit its tag. Remove the tag, or mend the value.",
      "inventory.yaml:8:22: The tag is not supported. Remove !!binary.",
      "inventory.yaml:9:16: The tag is not supported. Remove it; a text that begins with ! needs quotes.",
    ]
  `);
});
