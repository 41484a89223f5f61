import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { reveal } from '#engine/model/secret.ts';
import { advise } from '#keepalived/advise.ts';
import { lint } from '#keepalived/lint.ts';
import { normaliseConfig } from '#keepalived/normalise.ts';
import { renderConfig } from '#keepalived/render-config.ts';
import { KeepalivedVars, PREFIXES } from '#keepalived/vars.ts';
import { loadInventory } from '#lib/ansible-inventory/load-inventory.ts';
import { bindVariables } from '#lib/ansible-inventory/variables/bind-variables.ts';

async function load(name: string) {
  const path = fileURLToPath(new URL(`../../inventory/${name}`, import.meta.url));
  const { hosts } = await loadInventory([path]);
  return bindVariables(KeepalivedVars, hosts, PREFIXES);
}

test('the guide’s inventory gives the guide’s files', async () => {
  const nodes = await load('guide.yaml');
  expect(lint(nodes)).toEqual([]);
  for (const node of nodes) {
    const fixture = new URL(`../fixtures/guide/${node.host.name}.conf`, import.meta.url);
    expect(normaliseConfig(reveal(renderConfig(node, nodes)))).toBe(
      normaliseConfig(readFileSync(fixture, 'utf8')),
    );
  }
  expect(nodes.map(({ host }) => host.name)).toEqual(['node1', 'node2', 'node3']);
});

test('the example inventory is without fault', async () => {
  const nodes = await load('prod.yaml');
  expect([...lint(nodes), ...advise(nodes)]).toEqual([]);
});
