import { expect, test } from 'vitest';
import { complaints, load } from './inventory-folder.ts';

test.for([
  ['lists', '['.repeat(20_000)],
  ['mappings', `a: ${'{a: '.repeat(5000)}${'}'.repeat(5000)}`],
  ['indentation', Array.from({ length: 300 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
  ['dashes', `${'- '.repeat(20_000)}x`],
  ['question marks', `${'? '.repeat(20_000)}x`],
] as const)('refuses %s nested without end', async ([, text]) => {
  const lines = await complaints(text);
  expect(lines.map((line) => line.replace(/^.*?: /, ''))).toEqual([
    'The file is nested too deeply. At most 100 levels are read.',
  ]);
});

test('what is nested too deeply is refused where it is, whatever comes after it', async () => {
  const text = `all: {vars: {x: ${'['.repeat(200)}\n${'- x\n'.repeat(200_000)}`;
  expect(await complaints(text)).toMatchInlineSnapshot(`
    [
      "inventory.yaml:1:119: The file is nested too deeply. At most 100 levels are read.",
    ]
  `);
});

test('aliases that multiply are refused, once', async () => {
  const levels = Array.from({ length: 10 }, (_, index) => {
    const row = Array.from({ length: 10 }, () => `*a${index}`);
    return `    a${index + 1}: &a${index + 1} [${row.join(', ')}]`;
  });
  const text = ['all:', '  vars:', '    a0: &a0 [x, x, x, x, x, x, x, x, x, x]', ...levels].join(
    '\n',
  );
  expect(await complaints(text)).toMatchInlineSnapshot(`
    [
      "inventory.yaml:7:49: Aliases make the file too large. Aliases may repeat 100000 values in one file.",
    ]
  `);
});

test('ranges that multiply are refused before they are written out', async () => {
  const text = `all:
  hosts:
    n[1:999999999]:
    a[1:999]b[1:999]c[1:999]:
    x[1:30000]:
    y[1:30000]:
    z[00000000000000000000:99999999999999999999]:
`;
  expect(await complaints(text)).toMatchInlineSnapshot(`
    [
      "inventory.yaml:3:5: The host n[1:999999999] cannot be read. The ranges are too large: an inventory may name 50000 hosts.",
      "inventory.yaml:4:5: The host a[1:999]b[1:999]c[1:999] cannot be read. The ranges are too large: an inventory may name 50000 hosts.",
      "inventory.yaml:6:5: The host y[1:30000] cannot be read. The ranges are too large: an inventory may name 50000 hosts.",
      "inventory.yaml:7:5: The host z[00000000000000000000:99999999999999999999] cannot be read. Both ends of a range are numbers, or both are letters: [00000000000000000000:99999999999999999999].",
    ]
  `);
});

test('a number with very many digits is refused', async () => {
  const lines = await complaints(`all: {vars: {a: ${'1'.repeat(100_000)}}}`);
  expect(lines).toMatchInlineSnapshot(`
    [
      "inventory.yaml:1:17: The value cannot be read. The number has too many digits. Quote it.",
    ]
  `);
});

test('a long chain of groups and many hosts are read', async () => {
  const chain = Array.from(
    { length: 500 },
    (_, index) => `g${index}: {children: {"g${index + 1}": }}`,
  );
  const inventory = await load([...chain, 'g500: {hosts: {"n[1:1000]": }}'].join('\n'));
  expect(inventory.groups.get('g0')?.length).toBe(1000);
  expect(inventory.hosts.at(-1)?.groups.length).toBe(501);
});
