import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadInventory } from '#lib/ansible-inventory/load-inventory.ts';
import { variablesOf } from './inventory-folder.ts';

// Each expected.json is what ansible-core 2.14.18 made of the inventory beside it.
const CASES = ['structure', 'ranges', 'precedence', 'scalars'];

test.for(CASES)('reads the inventory "%s" as Ansible does', async (name) => {
  const folder = join(import.meta.dirname, 'golden', name);
  const inventory = await loadInventory([join(folder, 'inventory.yaml')]);
  const expected: unknown = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'));
  const names = inventory.hosts.map((host) => host.name);
  expect({
    groups: Object.fromEntries(inventory.groups),
    hosts: names,
    vars: Object.fromEntries(names.map((host) => [host, asJson(variablesOf(inventory, host))])),
    names: Object.fromEntries(inventory.hosts.map((host) => [host.name, host.groups])),
  }).toEqual(expected);
});

/** JSON has no infinity, and no -0. */
function asJson(value: unknown): unknown {
  const text = JSON.stringify(value, (_, inner) => {
    if (inner === Infinity) return 'num:inf';
    return inner === -Infinity ? 'num:-inf' : inner;
  });
  return JSON.parse(text);
}
