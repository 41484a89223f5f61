import { defaultLadder } from './ladder.ts';
import { originOf, type Problem } from './problem.ts';
import type { Node } from './vars.ts';

/** A ladder that has not a step of its own for every node of the ring. */
export function lintLadder(node: Node, ring: readonly Node[]): readonly Problem[] {
  const ladder = node.vars.vrrp_ladder ?? defaultLadder(ring.length);
  const repeated = ladder.findIndex((priority, index) => ladder.indexOf(priority) < index);
  const short = {
    what: 'The ladder is shorter than the ring',
    origin: originOf(node, 'vrrp_ladder'),
    fix: `Give it ${ring.length} priorities, one for each node.`,
  };
  const twice = {
    what: 'The ladder has a priority twice',
    origin: originOf(node, 'vrrp_ladder', [repeated]),
    fix: 'Use different ones: between equals the address would decide.',
  };
  return [...(ladder.length < ring.length ? [short] : []), ...(repeated === -1 ? [] : [twice])];
}

/** A peer order that is not exactly the names of the ring. */
export function lintPeerOrder(node: Node, ring: readonly Node[]): readonly Problem[] {
  const order = node.vars.vrrp_peer_order;
  if (order === undefined) return [];
  const names = ring.map(({ host }) => host.name);
  const listed = order.flatMap((name, index) => {
    const origin = originOf(node, 'vrrp_peer_order', [index]);
    if (!names.includes(name)) {
      const fix = `The nodes of the ring are ${names.join(', ')}.`;
      return [{ what: `The peer order names ${name}, which is not in the ring`, origin, fix }];
    }
    if (order.indexOf(name) === index) return [];
    return [{ what: `The peer order names ${name} twice`, origin, fix: 'Name each node once.' }];
  });
  const absent = names.filter((name) => !order.includes(name));
  if (absent.length === 0) return listed;
  const origin = originOf(node, 'vrrp_peer_order');
  return [
    ...listed,
    { what: 'The peer order leaves nodes out', origin, fix: `Add ${absent.join(', ')}.` },
  ];
}
