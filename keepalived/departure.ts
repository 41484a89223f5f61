import type { Meanwhile } from '#engine/model/rollout.ts';
import { ringInstances } from './instances.ts';
import type { Node } from './vars.ts';

/** Nodes that are taken out of their rings. */
export interface Departure {
  readonly leaving: ReadonlySet<string>;
  /** Those of them that do not run: nobody has them for peers any more. */
  readonly left: ReadonlySet<string>;
}

/** The nodes that stay, as if the inventory had no others. */
export function stayingOf(leaving: ReadonlySet<string>, members: readonly Node[]): readonly Node[] {
  return members
    .filter(({ host }) => !leaving.has(host.name))
    .map(({ host, vars }) => {
      const { vrrp_peer_order: order } = vars;
      if (order === undefined) return { host, vars };
      const kept = order.filter((name) => !leaving.has(name));
      return { host, vars: { ...vars, vrrp_peer_order: kept } };
    });
}

/**
 * The priorities that a node that stays is to have once the others have gone, beside them: so each VIP
 * of theirs goes straight to its new holder. A VIP that goes with them is left out.
 */
export function prioritiesWithout(
  leaving: ReadonlySet<string>,
  { host, members }: Node & { readonly members: readonly Node[] },
): Meanwhile {
  const [now = [], then = []] = [members, stayingOf(leaving, members)].map((nodes) => {
    const node = nodes.find((one) => one.host.name === host.name);
    return node === undefined ? [] : ringInstances(node, nodes);
  });
  const priorities = new Map(then.map(({ name, priority }) => [name, priority]));
  return new Map(now.map(({ name }) => [name, priorities.get(name) ?? 0]));
}
