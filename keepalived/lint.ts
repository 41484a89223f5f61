import type { Failure } from '#engine/model/failure.ts';
import { familiesOf } from './families.ts';
import { lintAddresses } from './lint-addresses.ts';
import { lintAgreement } from './lint-agreement.ts';
import { lintImage } from './lint-image.ts';
import { lintLadder, lintPeerOrder } from './lint-order.ts';
import { lintRouterIds, lintSharedNetworks } from './lint-router-ids.ts';
import { lintVips } from './lint-vips.ts';
import { failuresFrom, type Node, originOf, type Problem } from './problem.ts';
import { ringsOf } from './ring.ts';

/** All that is wrong with the inventory, as far as it can be seen without a host. */
export function lint(members: readonly Node[]): readonly Failure[] {
  const rings = ringsOf(members);
  const small = rings.filter((ring) => ring.length <= MOST_NODES);
  const ofRings = small.flatMap((ring) => [
    ...lintAgreement(ring),
    ...lintVips(ring),
    ...ring.flatMap((node) => [
      ...lintLadder(node, ring),
      ...lintPeerOrder(node, ring),
      ...lintRouterIds(node, ring),
    ]),
  ]);
  return failuresFrom([
    ...lintAddresses(members),
    ...lintImage(members),
    ...rings.flatMap(tooLarge),
    ...ofRings,
    ...lintSharedNetworks(small),
  ]);
}

/** Each node of a ring has a priority of its own, from 1 to 254. */
const MOST_NODES = 254;

/** No other rule is for such a ring, which a variable of all its nodes has brought about. */
function tooLarge(ring: readonly Node[]): readonly Problem[] {
  const [node] = ring;
  if (node === undefined || ring.length <= MOST_NODES) return [];
  return [
    {
      what: `A ring has more than ${MOST_NODES} nodes`,
      origin: originOf(node, familiesOf(node.vars).includes(6) ? 'vrrp_fabric_id' : 'vrrp_vips4'),
      fix: `${ring.length} share VIPs, and VRRP has ${MOST_NODES} priorities: give each ring VIPs of its own.`,
    },
  ];
}
