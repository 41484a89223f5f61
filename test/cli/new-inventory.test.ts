import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { Problems } from '#lib/ansible-inventory/problems.ts';
import { parseYaml } from '#lib/ansible-inventory/read/parse-yaml.ts';
import { plainOf } from '#lib/ansible-inventory/read/tree.ts';
import { jsonSchemaOf } from '#lib/ansible-inventory/variables/json-schema.ts';
import deploy from '#playbooks/deploy.ts';
import { type Described, inventoryText, type NewVariables } from '../../cli/new-inventory.ts';
import { anyText } from '../any-text.ts';
import { load, variablesOf } from '../lib/ansible-inventory/inventory-folder.ts';

const { definitions } = jsonSchemaOf(deploy) as {
  definitions: { variables: { properties: Record<string, { description?: string }> } };
};
const described: Described = new Map(Object.entries(definitions.variables.properties));

function textOf(
  hosts: Readonly<Record<string, NewVariables>>,
  variables: NewVariables = {},
): string {
  const title = 'A title.';
  const inventory = { schema: 's.json', title, group: 'web', variables };
  return inventoryText({ ...inventory, hosts: new Map(Object.entries(hosts)) }, described, [
    'image_',
  ]);
}

test('variables are explained in the words of the schema, and those not set are comments', () => {
  const hosts = { a: { vrrp_mac: '52:54:00:12:34:56' }, b: {} };
  const text = textOf(hosts, { vrrp_virt: 1, image_ref: '051', vrrp_vips: ['fd00::1', 'x y'] });
  expect(text).toMatchInlineSnapshot(`
    "# yaml-language-server: $schema=s.json
    # A title.
    all:
      children:
        web:
          hosts:
            a:
              # The MAC of a card of the node, in quotes: the node’s address ends with it. Not that of
              # the interface, which can be random.
              vrrp_mac: "52:54:00:12:34:56"
            b:
          vars:
            # The number of the virtual network in the fabric; follows it in each address.
            vrrp_virt: 1

            # The branch, tag or commit that is built.
            image_ref: "051"

            # How many IPv6 VIPs the ring has (prefix::1, ::2 …), or which ones. Left out: as many as
            # it has nodes.
            vrrp_vips: ["fd00::1", "x y"]

            # The git repository that the image is built from.
            # image_repository:

            # A host of the inventory, of any group, to build the image on, with git, make, podman and
            # curl.
            # image_build_host:

            # The name of the image, without the registry and the tag.
            # image_name: ocp/keepalived

            # Where the image is pushed to and pulled from. Left out: it is copied to each node.
            # image_registry:

            # A folder with the registry’s certificates, where the image is built.
            # image_registry_certs:
    "
  `);
});

test('no value means another one when it is read back, to YAML 1.1 and to YAML 1.2', () => {
  const hostile = fc.constantFrom(
    ...[
      'on',
      '~',
      'null',
      '1e3',
      '08',
      '22:22',
      '0o7',
      '2024-01-02',
      '<<',
      '=',
      '',
      ' a',
      'a ',
      '#',
    ],
    ...['- a', 'a: b', 'a #b', '"', "'", '\\', '`id`', '$(id)', '%TAG', '@a', '&a', '*a', '!a'],
    ...['a\nb', '\t', '🦊', '\u202eabc', '\u2028', '\u0085', '\ufeff', '{a}', '[a]', '|', '>', '?'],
  );
  const text = fc.oneof(hostile, fc.string({ unit: 'grapheme' }), anyText());
  const value = fc.oneof(text, fc.nat(), fc.array(text, { minLength: 1, maxLength: 3 }));
  fc.assert(
    fc.property(text, value, (name, given) => {
      const written = textOf({ [`h${name}`]: { [name]: given } });
      const findings = { problems: new Problems(), warnings: new Problems() };
      const tree = parseYaml(written, 'new.yaml', findings);
      const wanted = {
        all: { children: { web: { hosts: { [`h${name}`]: { [name]: given } }, vars: null } } },
      };
      expect(findings.problems.sorted).toEqual([]);
      expect(tree && plainOf(tree)).toEqual(wanted);
      expect(parseDocument(written, { version: '1.2' }).toJS()).toEqual(wanted);
    }),
    { numRuns: 100, seed: 4 },
  );
});

test('an inventory that was written loads', async () => {
  const inventory = await load(textOf({ node1: { ansible_host: '192.0.2.1' } }, { b: 'yes' }));
  expect(variablesOf(inventory, 'node1')).toEqual({ ansible_host: '192.0.2.1', b: 'yes' });
  expect(inventory.warnings).toEqual([]);
});
