import type { Failure } from '#engine/model/failure.ts';
import { familiesOf } from './families.ts';
import { defaultLadder } from './ladder.ts';
import { lintAddresses } from './lint-addresses.ts';
import { lintRouterIds, lintSharedNetworks } from './lint-router-ids.ts';
import { lintVips } from './lint-vips.ts';
import { vipsOfFamily } from './node-address.ts';
import { failuresFrom, named, originOf, type Problem } from './problem.ts';
import { ringsOf } from './ring.ts';
import type { KeepalivedVars, Node } from './vars.ts';

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

/** A build host that the image cannot get away from, or that not all nodes name. */
function lintImage(members: readonly Node[]): readonly Problem[] {
  const [first, ...others] = members;
  if (first === undefined) return [];
  return [
    ...members.filter(isStranded).map((node) => ({
      what: 'A build host needs a registry',
      origin: originOf(node, 'image_build_host'),
      fix: 'Set image_registry, or leave image_build_host out: then the image is copied to each node.',
    })),
    ...others
      .filter(({ vars }) => vars.image_build_host !== first.vars.image_build_host)
      .map((node) => ({
        what: 'The nodes differ in image_build_host',
        origin: originOf(node, 'image_build_host'),
        fix: `Give ${node.host.name} the value of ${named(first, 'image_build_host')}, or set it for all.`,
      })),
  ];
}

/** What is copied to nodes is a file of the control machine. */
function isStranded({ vars }: Node): boolean {
  return vars.image_build_host !== undefined && vars.image_registry === undefined;
}

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
function lintAgreement(ring: readonly Node[]): readonly Problem[] {
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
