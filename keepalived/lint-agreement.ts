import { vipsOfFamily } from './node-address.ts';
import { named, originOf, type Problem } from './problem.ts';
import type { KeepalivedVars, Node } from './vars.ts';

/** What the nodes of a ring must have alike, and what each of them has. */
const SHARED: readonly {
  readonly name: keyof KeepalivedVars;
  readonly shared: (vars: KeepalivedVars, nodes: number) => unknown;
}[] = [
  { name: 'vrrp_vips', shared: (vars, nodes) => vipsOfFamily(vars, nodes, 6) },
  { name: 'vrrp_vips4', shared: (vars, nodes) => vipsOfFamily(vars, nodes, 4) },
  { name: 'vrrp_prefix_length', shared: (vars) => vars.vrrp_prefix_length },
  { name: 'vrrp_prefix_length4', shared: (vars) => vars.vrrp_prefix_length4 },
  { name: 'vrrp_router_ids', shared: (vars) => vars.vrrp_router_ids },
  { name: 'vrrp_ladder', shared: (vars) => vars.vrrp_ladder },
];

/** Values in which a node differs from the first of its ring: both would hold a VIP. */
export function lintAgreement(ring: readonly Node[]): readonly Problem[] {
  const [first, ...others] = ring;
  if (first === undefined) return [];
  return others.flatMap((node) =>
    SHARED.filter(({ shared }) => {
      const [one, other] = [first, node].map(({ vars }) => shared(vars, ring.length));
      return JSON.stringify(one) !== JSON.stringify(other);
    }).map(({ name }) => ({
      what: `The nodes of a ring differ in ${name}`,
      origin: originOf(node, name),
      fix: `Give ${node.host.name} the value of ${named(first, name)}, or set it for their group.`,
    })),
  );
}
