import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { jsonSchemaOf } from '#lib/ansible-inventory/variables/json-schema.ts';
import deploy from '#playbooks/deploy.ts';

const ROOT = join(import.meta.dirname, '../../..');
const schema = jsonSchemaOf(deploy);
const reader = z.fromJSONSchema(schema as z.core.JSONSchema.JSONSchema);

function accepts(text: string): boolean {
  return reader.safeParse(parse(text, { merge: true })).success;
}

test('the committed schema is the one of the playbook: npm run rota -- schema > docs/inventory.schema.json', () => {
  const text = readFileSync(join(ROOT, 'docs/inventory.schema.json'), 'utf8');
  expect(text).toBe(`${JSON.stringify(schema, null, 2)}\n`);
});

test.for(['prod', 'lab', 'guide'])(
  'the example inventory/%s.yaml names the schema, and fits it',
  (name) => {
    const text = readFileSync(join(ROOT, `inventory/${name}.yaml`), 'utf8');
    expect(text).toMatch(/^# yaml-language-server: \$schema=\.\.\/docs\/inventory\.schema\.json\n/);
    expect(accepts(text)).toBe(true);
  },
);

test('editors flag what loading refuses, and nothing else', () => {
  const lines = {
    fits: [
      'vrrp_fabric_id: 666',
      'vrrp_fabric_id: "{{ fabric }}"',
      'vrrp_mac: "90:B1:1C:26:6A:A2"',
      'vrrp_vips: 3',
      'vrrp_vips: ["fd02:9a01::1", "{{ vip }}"]',
      'vrrp_interface: "$ANSIBLE_VAULT;1.1;AES256\\n6162"',
      'vrrp_interface: "ENC[AES256_GCM,data:YQ==,type:str]"',
      'keepalived_checks: [{name: chk, command: [/bin/true]}]',
      'ansible_port: "{{ port }}"',
      'of_another_tool: {a: [1]}',
    ],
    flagged: [
      'vrrp_fabric_id: 70000',
      'vrrp_fabric_id: "666"',
      'vrrp_fabricid: 666',
      'vrrp_interface: two words',
      'vrrp_vips: 0',
      'vrrp_vips: ["fd02:9a01::zz"]',
      'vrrp_vips4: ["fd02:9a01::1"]',
      'keepalived_profile: deflt',
      'keepalived_checks: [{nam: chk}]',
      'keepalived_checks: [{name: chk, url: "ftp://localhost"}]',
      'image_registy: registry.example',
      'ansible_port: 99999',
      'ansible_connection: docker',
    ],
  };
  const all = [...lines.fits, ...lines.flagged];
  const fits = all.filter((line) =>
    accepts(`all: {hosts: {"node[1:3]": }, vars: {${line}}, children: {controllers: }}`),
  );
  expect(fits).toEqual(lines.fits);
});

test.for([
  ['a list of hosts', 'all: {hosts: [node1, node2]}'],
  ['a section that is none', 'all: {host: {node1: }}'],
  ['a host that is a number', 'all: {hosts: {node1: 1}}'],
  ['no mapping', '- all: '],
] as const)('editors flag %s', ([, text]) => {
  expect(accepts(text)).toBe(false);
});

test('every variable is described', () => {
  const { definitions } = schema as unknown as {
    definitions: { variables: { properties: Record<string, { description?: string }> } };
  };
  const mute = Object.entries(definitions.variables.properties).filter(
    ([, { description }]) => description === undefined,
  );
  expect(mute).toEqual([]);
});

test('the schema has the connection variables that rota reads', () => {
  const folder = join(ROOT, 'lib/ansible-inventory/connection');
  const sources = readdirSync(folder).filter((name) => /^connection/.test(name));
  const read = sources
    .filter((name) => name !== 'connection-schemas.ts')
    .map((name) => readFileSync(join(folder, name), 'utf8').replace(/UNSUPPORTED = \[[^\]]*\]/, ''))
    .flatMap((text) => [...text.matchAll(/'(ansible_\w+)'/g)].map(([, name]) => name));
  const { definitions } = schema as unknown as {
    definitions: { variables: { properties: Record<string, unknown> } };
  };
  const known = Object.keys(definitions.variables.properties);
  expect([...new Set(read)].filter((name) => !known.includes(String(name)))).toEqual([]);
});
