import { describe, expect, test } from 'vitest';
import { CAREFUL } from '#engine/model/rollout.ts';
import { judgeRing } from '#keepalived/judge-ring.ts';
import { nodeChange } from '#keepalived/node-change.ts';
import { planDrain } from '#keepalived/plan-drain.ts';
import { planRing } from '#keepalived/plan-ring.ts';
import { renderConfig } from '#keepalived/render-config.ts';
import { ringNode } from './changes.ts';
import { guideNodes } from './members.ts';
import { wholeLooks } from './node-samples.ts';

const members = guideNodes();

/** An instance as somebody may have written it, of the same priority on every node. */
const instance = (...lines: readonly string[]) => `vrrp_instance VI_1 {
  interface srvc0
  virtual_router_id 10
  priority 100
${lines.join('\n')}
}`;

const FOREIGN = {
  'IPv4 where the inventory has none, and no source': instance(
    'virtual_ipaddress {',
    '192.0.2.1/24',
    '}',
  ),
  'a source that is a definition': instance(
    'unicast_src_ip $OWN',
    'virtual_ipaddress {',
    'fd02:9a01::1',
    '}',
  ),
  'a VIP that is none': instance('virtual_ipaddress {', 'host/many', '', '}'),
  'numbers that are none': instance('priority 1e999', 'virtual_router_id x', 'advert_int -'),
  'braces that are not closed': 'vrrp_instance {\nvirtual_ipaddress {\nvrrp_instance }',
};

describe.for(Object.entries(FOREIGN))('a loaded configuration with %s', ([, runs]) => {
  const ring = members.map((member) =>
    ringNode(member, members, { runs, holds: [], isDrained: false, target: true }),
  );

  test('can be planned away from', () => {
    const changes = ring.map((node) =>
      nodeChange(node, {
        configuration: renderConfig(node, members),
        isOtherPod: true,
        mark: 'mark',
        reloadable: true,
        drained: undefined,
      }),
    );
    expect(planRing(changes, CAREFUL).order.toSorted()).toEqual(['node1', 'node2', 'node3']);
    expect([...planDrain(ring, CAREFUL).impacts.keys()]).toEqual(['node1', 'node2', 'node3']);
  });

  test('can be judged', () => {
    const process = { running: 1, others: [], pod: '', configuration: runs, isLoaded: true };
    const samples = wholeLooks(members).map((look) => ({ ...look, process }));
    for (const basis of ['loaded', 'desired'] as const)
      expect(() => judgeRing(samples, { basis })).not.toThrow();
  });
});
