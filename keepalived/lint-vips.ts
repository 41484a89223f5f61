import { broadcastOf, type Family, networkOf, sameNetwork } from './address.ts';
import { familiesOf } from './families.ts';
import { nodeAddress, nodeNetwork, prefixLengthOf, vipsOfFamily } from './node-address.ts';
import { addressVariable, named, originOf, type Problem } from './problem.ts';
import type { Node } from './vars.ts';

/** A VIP as one node of its ring has it. */
interface NodeVip {
  readonly node: Node;
  readonly family: Family;
  readonly vip: string;
  readonly index: number;
}

/** By address: the first node of a ring that has it as its own. */
type Owners = ReadonlyMap<string, Node>;

/** VIPs of a ring's nodes that are no address of their network, or somebody else's. */
export function lintVips(ring: readonly Node[]): readonly Problem[] {
  const addresses = ring
    .toReversed()
    .flatMap((node) =>
      familiesOf(node.vars).map((family) => [nodeAddress(node.vars, family), node] as const),
    );
  const owners = new Map(addresses);
  return ring.flatMap((node) =>
    familiesOf(node.vars).flatMap((family) => {
      const vips = vipsOfFamily(node.vars, ring.length, family);
      return vips.flatMap((vip, index) => {
        const own = { node, family, vip, index };
        const again = vips.indexOf(vip) < index;
        return [
          ...outside(own),
          ...(again ? [twice(own)] : []),
          ...atAnEnd(own),
          ...taken(own, owners),
        ];
      });
    }),
  );
}

function outside(own: NodeVip): readonly Problem[] {
  const { vars } = own.node;
  const length = prefixLengthOf(vars, own.family);
  if (sameNetwork(own.vip, nodeAddress(vars, own.family), length)) return [];
  const fix = `Use addresses of ${nodeNetwork(vars, own.family)}/${length}.`;
  return [problem(own, 'A VIP is not in the network of the node', fix)];
}

function twice(own: NodeVip): Problem {
  return problem(own, 'A VIP is there twice', `Take one of the two out of ${variableOf(own)}.`);
}

function atAnEnd(own: NodeVip): readonly Problem[] {
  const length = prefixLengthOf(own.node.vars, own.family);
  if (own.vip === networkOf(own.vip, length)) {
    const why = own.family === 4 ? 'It is the network’s own' : 'Routers answer to it';
    return [problem(own, 'A VIP is the first address of the network', `${why}: use another.`)];
  }
  if (own.family === 6 || own.vip !== broadcastOf(own.vip, length)) return [];
  const fix = 'It is for broadcasts: use another, or mend vrrp_prefix_length4.';
  return [problem(own, 'A VIP is the last address of the network', fix)];
}

function taken(own: NodeVip, owners: Owners): readonly Problem[] {
  const { node, family, vip } = own;
  const owner = owners.get(vip);
  if (owner === undefined) return [];
  const what = 'A VIP is the address of a node';
  const variable = addressVariable(owner, family);
  if (Array.isArray(node.vars[variableOf(own)]))
    return [problem(own, what, `${named(owner, variable)} has it: use another VIP.`)];
  const fix = `Give ${owner.host.name} another address, or list the VIPs in vrrp_vips.`;
  return [{ what, origin: originOf(owner, variable), fix }];
}

function problem(own: NodeVip, what: string, fix: string): Problem {
  return { what, fix, origin: originOf(own.node, variableOf(own), [own.index]) };
}

function variableOf({ family }: NodeVip): 'vrrp_vips' | 'vrrp_vips4' {
  return family === 4 ? 'vrrp_vips4' : 'vrrp_vips';
}
