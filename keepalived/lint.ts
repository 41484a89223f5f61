import type { Failure } from '#engine/model/failure.ts';
import { lintAddresses } from './lint-addresses.ts';
import { lintAgreement } from './lint-agreement.ts';
import { lintImage } from './lint-image.ts';
import { lintLadder, lintPeerOrder } from './lint-order.ts';
import { lintRouterIds, lintSharedNetworks } from './lint-router-ids.ts';
import { lintVips } from './lint-vips.ts';
import { failuresFrom } from './problem.ts';
import { ringsOf } from './ring.ts';
import type { Node } from './vars.ts';

/** All that is wrong with the inventory, as far as it can be seen without a host. */
export function lint(members: readonly Node[]): readonly Failure[] {
  const rings = ringsOf(members);
  const ofRings = rings.flatMap((ring) => [
    ...lintAgreement(ring),
    ...ring.flatMap((node) => [
      ...lintVips(node, ring),
      ...lintLadder(node, ring),
      ...lintPeerOrder(node, ring),
      ...lintRouterIds(node, ring),
    ]),
  ]);
  return failuresFrom([
    ...lintAddresses(members),
    ...lintImage(members),
    ...ofRings,
    ...lintSharedNetworks(rings),
  ]);
}
