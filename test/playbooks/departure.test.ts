import { expect, test } from 'vitest';
import { CAREFUL } from '#engine/model/rollout.ts';
import { reveal } from '#engine/model/secret.ts';
import { renderConfig } from '#keepalived/render-config.ts';
import { partFrom } from '#playbooks/departure.ts';
import { ringNode } from '../keepalived/changes.ts';
import { guideNodes } from '../keepalived/members.ts';

const members = guideNodes({ vrrp_vips: ['fd02:9a01::1'] });

/** What it says of a removal of node1 from the guide's ring, of which these nodes run. */
function planOf(running: readonly string[], allowOutage = false) {
  const ring = members.map((member, index) => {
    const runs = running.includes(member.host.name);
    return ringNode(member, members, {
      runs: runs ? reveal(renderConfig(member, members)) : undefined,
      holds: runs && index === 0 ? ['fd02:9a01::1'] : [],
      isDrained: !runs,
      target: true,
    });
  });
  const departure = { leaving: new Set(['node1']), left: new Set<string>() };
  const plan = partFrom(departure).rollout?.plan?.(ring, { ...CAREFUL, allowOutage });
  return {
    order: plan?.order,
    impacts: Object.fromEntries([...(plan?.impacts ?? [])].map(([name, { text }]) => [name, text])),
    refusals: plan?.refusals.map(({ message }) => message),
  };
}

test('a node that leaves ends last, and gives its VIP to who is to hold it from then on', () => {
  const { order, impacts, refusals } = planOf(['node1', 'node2', 'node3']);
  expect({ order, refusals, impact: impacts['node1'] }).toEqual({
    order: ['node2', 'node3', 'node1'],
    refusals: [],
    impact: 'stopped, fd02:9a01::1 moves from node1 to node2',
  });
});

test('the last node that runs is not taken out of its ring, unless that is allowed', () => {
  const last = 'No node would be left to hold the VIPs';
  expect(planOf(['node1']).refusals).toEqual([last]);
  expect(planOf(['node1'], true).refusals).toEqual([]);
});
