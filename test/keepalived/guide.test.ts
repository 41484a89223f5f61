import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { reveal, type Text } from '#engine/model/secret.ts';
import { renderConfig } from '#keepalived/render-config.ts';
import { renderManifest } from '#keepalived/render-manifest.ts';
import { first, guideNodes } from './members.ts';

const order = { vrrp_interface: 'svc0', vrrp_peer_order: ['node1', 'node3', 'node2'] };

function fixture(name: string): string {
  return readFileSync(new URL(`../fixtures/guide/${name}`, import.meta.url), 'utf8');
}

/** Without the blank lines and trailing spaces that the guide's page does not show. */
function lines(text: Text): readonly string[] {
  return reveal(text)
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
}

function filledIn(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? name);
}

test.for([0, 1, 2])('the guide’s profile gives the file of the guide’s node %i + 1', (index) => {
  const nodes = guideNodes({ keepalived_profile: 'guide', ...order });
  const node = nodes[index];
  if (node === undefined) throw new Error('there are three nodes');
  expect(lines(renderConfig(node, nodes))).toEqual(lines(fixture(`${node.host.name}.conf`)));
});

test('the profile of the guide’s template gives the template, filled in', () => {
  const nodes = guideNodes({ keepalived_profile: 'guide-template', ...order });
  const node = first(nodes);
  const template = filledIn(fixture('template.conf'), {
    ...{ VIF1: 'svc0', VIF2: 'svc0', VIF3: 'svc0', P1: '200', P2: '150', P3: '50' },
    ...{ VIP1: 'fd02:9a01::1', VIP2: 'fd02:9a01::2', VIP3: 'fd02:9a01::3' },
    unicast_src: 'fd02:9a01::90b1:1c26:6aa2',
    PEER1: 'fd02:9a01::1866:dae6:4674',
    PEER2: 'fd02:9a01::549f:3509:8eac',
  });
  expect(lines(renderConfig(node, nodes))).toEqual(lines(template));
});

test.for(['guide', 'guide-template'])('the profile %s gives the guide’s manifest', (profile) => {
  const node = first(guideNodes({ keepalived_profile: profile }));
  const manifest = filledIn(fixture('manifest.yaml'), { REG: 'registry.example' });
  expect(lines(renderManifest(node, 'registry.example/ocp/keepalived:latest'))).toEqual(
    lines(manifest),
  );
});
