import type { Duties, DutyPart } from '#engine/model/rollout.ts';
import type { Moment } from './course.ts';
import { ownAddresses } from './node-address.ts';
import type { NodeChange } from './node-change.ts';

/** A ring as it is, by what its nodes hold, and as it is to be, by the rules of VRRP. */
export function dutiesOf(ring: readonly NodeChange[], before: Moment, after: Moment): Duties {
  const names = new Map(
    ring.flatMap(({ name, node }) => ownAddresses(node.vars).map((own) => [own, name] as const)),
  );
  const held = new Map(ring.map((one) => [one.name, one.held]));
  return {
    before: partsIn(before, names, (host, vip) => held.get(host)?.has(vip) === true),
    after: partsIn(after, names, (host, vip) => after.holders.get(vip) === host),
  };
}

function partsIn(
  { running }: Moment,
  names: ReadonlyMap<string, string>,
  isHolder: (host: string, vip: string) => boolean,
): readonly DutyPart[] {
  return [...running].flatMap(([host, { parts }]) =>
    parts.map(({ instance: { vip: duty, priority, peers } }) => ({
      host,
      duty,
      // What is loaded may be a stranger's, who writes what he likes.
      rank: Number.isSafeInteger(priority) ? priority : 0,
      peers: peers.map((peer) => names.get(peer) ?? peer),
      isHolder: isHolder(host, duty),
    })),
  );
}
