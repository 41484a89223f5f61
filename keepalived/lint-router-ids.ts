import { familiesOf } from './families.ts';
import { routerIdOf } from './instances.ts';
import { nodeNetwork, vipsOfFamily } from './node-address.ts';
import { named, originOf, type Problem } from './problem.ts';
import type { KeepalivedVars, Node } from './vars.ts';

/** VIPs that the numbers 10, 20 … 250 are enough for. */
const NUMBERED = 25;

/** Router ids that are not one for each VIP. */
export function lintRouterIds(node: Node, ring: readonly Node[]): readonly Problem[] {
  const ids = node.vars.vrrp_router_ids;
  const vips = numberOf(node.vars, ring.length);
  const problem = (what: string, fix: string, path: readonly PropertyKey[] = []) => ({
    what,
    fix,
    origin: originOf(node, 'vrrp_router_ids', path),
  });
  if (ids === undefined) {
    const fix = `Set vrrp_router_ids to ${vips} numbers from 1 to 255.`;
    return vips > NUMBERED ? [problem(`There are more than ${NUMBERED} VIPs`, fix)] : [];
  }
  const repeated = ids.findIndex((id, index) => ids.indexOf(id) < index);
  return [
    ...(ids.length < vips
      ? [problem('There are fewer router ids than VIPs', `Set ${vips}, one for each VIP.`)]
      : []),
    ...(repeated === -1
      ? []
      : [problem('A router id is there twice', 'Give each VIP one of its own.', [repeated])]),
  ];
}

/** Rings of one network that use the same router id: each would hear the other's adverts. */
export function lintSharedNetworks(rings: readonly (readonly Node[])[]): readonly Problem[] {
  const users = new Map<string, number>();
  return rings.flatMap((ring, index) => {
    const [node] = ring;
    if (node === undefined) return [];
    const keys = new Set(ring.flatMap((each) => keysOf(each, ring)));
    const clashes = [...keys].flatMap((key) => users.get(key) ?? []);
    for (const key of keys) if (!users.has(key)) users.set(key, index);
    const clash = rings[Math.min(...clashes)]?.[0];
    if (clash === undefined) return [];
    return [
      {
        what: 'Two rings of one network use the same router ids',
        origin: originOf(node, 'vrrp_router_ids'),
        fix: `Set vrrp_router_ids to others than ${named(clash, 'vrrp_router_ids')} has.`,
      },
    ];
  });
}

function keysOf({ vars }: Node, ring: readonly Node[]): readonly string[] {
  return familiesOf(vars).flatMap((family) => {
    const network = nodeNetwork(vars, family);
    return vipsOfFamily(vars, ring.length, family).map(
      (_, index) => `${network} ${routerIdOf(vars, index + 1)}`,
    );
  });
}

/** VIPs of the longer list: VIP i has one router id, in both families. */
function numberOf(vars: KeepalivedVars, nodes: number): number {
  return Math.max(...familiesOf(vars).map((family) => vipsOfFamily(vars, nodes, family).length));
}
