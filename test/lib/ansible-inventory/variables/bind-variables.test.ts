import { expect, test } from 'vitest';
import { z } from 'zod';
import { failuresOf } from '#engine/model/failure.ts';
import type { Schema } from '#engine/model/playbook.ts';
import { type Inventory, loadInventory } from '#lib/ansible-inventory/load-inventory.ts';
import { bindVariables } from '#lib/ansible-inventory/variables/bind-variables.ts';
import { folderOf, linesOf, load } from '../inventory-folder.ts';

function complaintsOf<V>(schema: Schema<V> | undefined, inventory: Inventory): readonly string[] {
  try {
    bindVariables(schema, inventory.hosts, ['vrrp_']);
    return [];
  } catch (error) {
    return linesOf(failuresOf(error), (inventory.sources[0] ?? '').replace('/inventory.yaml', ''));
  }
}

const VARS = z.strictObject({
  vrrp_mac: z.string(),
  vrrp_virt: z.int().min(1).max(255).default(1),
  vrrp_vips: z.array(z.strictObject({ address: z.ipv4(), prefix: z.int() })).optional(),
  image_ref: z.string().optional(),
});

test('hosts get their variables, typed, with defaults; those of other tools are left alone', async () => {
  const inventory = await load(
    'all: {vars: {other: 1, image_ref: v1}, hosts: {a: {vrrp_mac: x}, b: {vrrp_mac: y, vrrp_virt: 2}}}',
  );
  const members = bindVariables(VARS, inventory.hosts, ['vrrp_']);
  expect(members.map(({ host, vars }) => [host.name, vars])).toEqual([
    ['a', { vrrp_mac: 'x', vrrp_virt: 1, image_ref: 'v1' }],
    ['b', { vrrp_mac: 'y', vrrp_virt: 2, image_ref: 'v1' }],
  ]);
});

test('all problems of all hosts are reported where they stand, shared ones once', async () => {
  const inventory = await load(`all:
  vars:
    vrrp_virt: 300
    vrrp_vips:
      - address: 10.0.0.300
        prefix: 24
      - address: 10.0.0.1
        prefx: 24
  hosts:
    node[1:9]: {vrrp_mak: x}
    other: {vrrp_mac: 5, vrrp_something: 1, image_ref: 2}
`);
  expect(complaintsOf(VARS, inventory)).toMatchInlineSnapshot(`
    [
      "inventory.yaml:3:16: The value of vrrp_virt is wrong. Too big: expected number to be <=255.",
      "inventory.yaml:5:18: The value of vrrp_vips[0].address is wrong. Invalid IPv4 address.",
      "inventory.yaml:7:9: The value vrrp_vips[1].prefix is missing. Add it. Invalid input: expected number, received undefined.",
      "inventory.yaml:8:16: The variable vrrp_vips[1].prefx is unknown. Remove it.",
      "inventory.yaml:10:5: The variable vrrp_mac is missing. Set it for node1, node2, node3, node4 and 5 more.",
      "inventory.yaml:10:17: The variable vrrp_mak is unknown. Did you mean vrrp_mac?",
      "inventory.yaml:11:23: The value of vrrp_mac is wrong. Invalid input: expected string, received number.",
      "inventory.yaml:11:26: The variable vrrp_something is unknown. Remove it, or rename it: the prefix is the playbook's.",
      "inventory.yaml:11:56: The value of image_ref is wrong. Invalid input: expected string, received number.",
    ]
  `);
});

test('a missing variable is missed at each host, by name', async () => {
  const inventory = await load(
    'all:\n  hosts:\n    node1:\n    node2: {vrrp_mac: x}\n    node3:\n',
  );
  expect(complaintsOf(VARS, inventory)).toMatchInlineSnapshot(`
    [
      "inventory.yaml:3:5: The variable vrrp_mac is missing. Set it for node1.",
      "inventory.yaml:5:5: The variable vrrp_mac is missing. Set it for node3.",
    ]
  `);
});

test('of a union the branch that came farthest is explained', async () => {
  const schema = z.strictObject({
    vrrp_a: z.union([z.literal('auto'), z.array(z.int())]),
    vrrp_b: z.union([z.literal('auto'), z.int()]),
  });
  const inventory = await load('all:\n  hosts:\n    n: {vrrp_a: [1, x], vrrp_b: [1]}\n');
  expect(complaintsOf(schema, inventory)).toMatchInlineSnapshot(`
    [
      "inventory.yaml:3:21: The value of vrrp_a[1] is wrong. Invalid input: expected number, received string.",
      "inventory.yaml:3:33: The value of vrrp_b is wrong. Invalid input: expected "auto", or Invalid input: expected number, received array.",
    ]
  `);
});

test('a rule over several variables is reported at the host', async () => {
  const schema = z
    .strictObject({ vrrp_a: z.int(), vrrp_b: z.int() })
    .refine(({ vrrp_a: a, vrrp_b: b }) => a < b, 'vrrp_a must be below vrrp_b')
    .transform((vars) => vars);
  const inventory = await load(
    'all:\n  hosts:\n    n: {vrrp_a: 2, vrrp_b: 1}\n    m: {vrrp_a: 1, vrrp_bb: 1}\n',
  );
  expect(complaintsOf(schema, inventory)).toMatchInlineSnapshot(`
    [
      "inventory.yaml:3:5: The variables of n do not fit together. vrrp_a must be below vrrp_b.",
      "inventory.yaml:4:5: The variable vrrp_b is missing. Set it for m.",
      "inventory.yaml:4:20: The variable vrrp_bb is unknown. Did you mean vrrp_b?",
    ]
  `);
});

test('a rule that asks for a variable says why', async () => {
  const schema = z
    .strictObject({ vrrp_a: z.int(), vrrp_b: z.int().optional() })
    .refine(({ vrrp_a: a, vrrp_b: b }) => a < 2 || b !== undefined, {
      path: ['vrrp_b'],
      message: 'It is needed with a vrrp_a above 1',
    });
  const inventory = await load('all:\n  hosts:\n    n[1:2]: {vrrp_a: 2}\n');
  expect(complaintsOf(schema, inventory)).toMatchInlineSnapshot(`
    [
      "inventory.yaml:3:5: The variable vrrp_b is missing. Set it for n1 and n2. It is needed with a vrrp_a above 1.",
    ]
  `);
});

test('an expression without a result is a problem where it is used, once for all hosts', async () => {
  const inventory = await load(`all:
  vars: {other: "{{ lookup('file', 'x') }}", vrrp_virt: "{{ nowhere }}", vrrp_mac: 1}
  hosts:
    node[1:3]:
`);
  expect(complaintsOf(VARS, inventory)).toMatchInlineSnapshot(`
    [
      "inventory.yaml:2:61: The variable nowhere is not defined. Did you mean other?",
      "inventory.yaml:2:84: The value of vrrp_mac is wrong. Invalid input: expected string, received number.",
    ]
  `);
});

test('the text of a number that an expression gives is one, where a number is asked for', async () => {
  const inventory = await load(`all:
  vars:
    base: 40
    address: 10.0.0.1/24
    vrrp_mac: "{{ base + 1 }}"
    vrrp_virt: "{{ base + 1 }}"
    vrrp_vips:
      - {address: "{{ address | ipaddr('address') }}", prefix: "{{ address | ipaddr('prefix') }}"}
  hosts: {a: , b: {vrrp_vips: "{{ [{'address': '10.0.0.2', 'prefix': '24'}] }}"}}
`);
  expect(bindVariables(VARS, inventory.hosts, ['vrrp_']).map(({ vars }) => vars)).toEqual([
    { vrrp_mac: '41', vrrp_virt: 41, vrrp_vips: [{ address: '10.0.0.1', prefix: 24 }] },
    { vrrp_mac: '41', vrrp_virt: 41, vrrp_vips: [{ address: '10.0.0.2', prefix: 24 }] },
  ]);
});

test('a text that is no number, or comes from no expression, stays wrong for one', async () => {
  const inventory = await load(`all:
  vars: {vrrp_mac: x, vrrp_virt: "{{ vrrp_mac }}"}
  hosts: {a: , b: {vrrp_virt: "41"}}
`);
  expect(complaintsOf(VARS, inventory)).toMatchInlineSnapshot(`
    [
      "inventory.yaml:2:34: The value of vrrp_virt is wrong. Invalid input: expected number, received string.",
      "inventory.yaml:3:31: The value of vrrp_virt is wrong. Invalid input: expected number, received string.",
    ]
  `);
});

test('the text of a number on the command line is one, where a number is asked for', async () => {
  const folder = await folderOf({ 'inventory.yaml': 'all: {hosts: {a: {vrrp_mac: x}}}' });
  const extra = ['vrrp_virt=41 vrrp_mac=42'];
  const inventory = await loadInventory([`${folder}/inventory.yaml`], { extra });
  const [member] = bindVariables(VARS, inventory.hosts, ['vrrp_']);
  expect(member?.vars).toEqual({ vrrp_mac: '42', vrrp_virt: 41 });
});

const OPEN = z.object({ vrrp_mac: z.string().default('x') });

test.for([
  ['object', OPEN],
  ['strictObject', z.strictObject(OPEN.shape)],
  ['looseObject', z.looseObject(OPEN.shape)],
  ['catchall', OPEN.catchall(z.unknown())],
  ['refine', OPEN.refine(() => true)],
  ['transform', OPEN.transform((vars) => vars)],
  ['pipe', OPEN.pipe(z.looseObject({ vrrp_mac: z.string() }))],
  ['preprocess', z.preprocess((vars) => vars, OPEN)],
  ['readonly', OPEN.readonly()],
  ['intersection', z.intersection(OPEN, z.object({ vrrp_virt: z.int().optional() }))],
  ['union', z.union([OPEN, z.object({ vrrp_virt: z.int() })])],
  ['lazy', z.lazy(() => OPEN)],
] as const)(
  'an unknown variable under the prefix is refused at its place by a schema with %s',
  async ([, schema]) => {
    const inventory = await load('all:\n  hosts:\n    n: {vrrp_mak: x, other: 1, vrrp_Mac: y}\n');
    expect(complaintsOf(schema, inventory)).toEqual([
      'inventory.yaml:3:9: The variable vrrp_mak is unknown. Did you mean vrrp_mac?',
      'inventory.yaml:3:32: The variable vrrp_Mac is unknown. Did you mean vrrp_mac?',
    ]);
  },
);

test('a schema that names no variables takes all under the prefix', async () => {
  const inventory = await load('all: {hosts: {n: {vrrp_a: 1, other: 2}}}');
  const [member] = bindVariables(z.record(z.string(), z.int()), inventory.hosts, ['vrrp_']);
  expect(member?.vars).toEqual({ vrrp_a: 1 });
});

test('a playbook without variables gets none, and knows none under its prefixes', async () => {
  const inventory = await load('all: {hosts: {n: {vrrp_a: 1, other: 2}}}');
  const [member] = bindVariables(undefined, inventory.hosts, []);
  expect(member?.vars).toEqual({});
  expect(complaintsOf(undefined, inventory)).toEqual([
    "inventory.yaml:1:19: The variable vrrp_a is unknown. Remove it, or rename it: the prefix is the playbook's.",
  ]);
});
