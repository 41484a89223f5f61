import type { Finding } from '#engine/model/check.ts';
import { Failure } from '#engine/model/failure.ts';
import { type ExpectedHolder, holdersOf } from './expected-holders.ts';
import { foreignClaims, foreignHolders } from './foreign-holders.ts';
import { foreignRouters } from './foreign-routers.ts';
import { ringInstances } from './instances.ts';
import { judgeNode } from './judge-node.ts';
import { judgeVip } from './judge-vip.ts';
import { judgeVrrp } from './judge-vrrp.ts';
import {
  ableNodes,
  type Basis,
  type NodeSample,
  partsOf,
  type SeenNode,
  seenNodes,
} from './node-sample.ts';

/** What a ring is judged by. */
export interface Expectation {
  readonly basis: Basis;
  /** VIPs that no node may hold, beside those that none has configured. */
  readonly gone?: readonly string[];
  /** A health check that fails on every node is accepted, and then nobody has to hold a VIP. */
  readonly bootstrap?: boolean;
}

/** All that is wrong in a ring, judged on one look at all of its nodes; nothing when it is whole. */
export function judgeRing(
  samples: readonly NodeSample[],
  expectation: Expectation = { basis: 'desired' },
): readonly Finding[] {
  const nodes = seenNodes(samples, expectation.basis);
  const accepted = acceptedChecks(samples, expectation);
  const holders = holdersOf(partsOf(nodes), ableNodes(nodes, accepted), (host, vip) =>
    isHeld(
      vip,
      nodes.filter(({ name }) => name === host),
    ),
  );
  const expected = [
    ...holders.map((one) =>
      isHeldUnseen(one, samples, nodes) ? { ...one, holder: undefined } : one,
    ),
    ...strays(nodes, expectation),
  ];
  return [
    ...samples.flatMap((sample) => judgeNode(sample, nodes, accepted)),
    ...expected
      .filter(({ vip }) => accepted.size === 0 || isHeld(vip, nodes))
      .flatMap((one) => judgeVip(one, nodes)),
    ...judgeForeignHolders(samples, nodes),
    ...judgeVrrp(nodes, expected),
    ...judgeForeignRouters(samples, nodes),
  ];
}

/** The checks that fail on every node that runs them, when that is accepted. */
export function acceptedChecks(
  samples: readonly NodeSample[],
  { basis, bootstrap = false }: Expectation,
): ReadonlySet<string> {
  const nodes = seenNodes(samples, basis);
  const names = new Set(nodes.flatMap(({ checks }) => Object.keys(checks)));
  const failsAll = (name: string) => nodes.every(({ checks }) => checks[name] !== true);
  return new Set(bootstrap ? [...names].filter(failsAll) : []);
}

/** VIPs of the inventory, or of what was before it, that are held although no node has them. */
function strays(nodes: readonly SeenNode[], { gone = [] }: Expectation): readonly ExpectedHolder[] {
  const configured = new Set(partsOf(nodes).map(({ instance }) => instance.vip));
  const known = nodes.flatMap(({ asked }) => asked);
  return [...new Set([...known, ...gone])]
    .filter((vip) => !configured.has(vip) && isHeld(vip, nodes))
    .map((vip) => ({ vip, instance: '', holder: undefined }));
}

/** Somebody answers for a VIP that no node holds which was seen: one of those that were not may. */
function isHeldUnseen(
  { vip }: ExpectedHolder,
  samples: readonly NodeSample[],
  nodes: readonly SeenNode[],
): boolean {
  const isAnswered = nodes.some(
    ({ seen }) => seen.reached.includes(vip) || seen.reachable.includes(vip),
  );
  return !areAllSeen(samples, nodes) && isAnswered && !isHeld(vip, nodes);
}

function areAllSeen(samples: readonly NodeSample[], nodes: readonly SeenNode[]): boolean {
  return nodes.length >= (samples[0]?.ring.length ?? 0);
}

/** What a node holds that nobody looked at is not known. */
function judgeForeignHolders(
  samples: readonly NodeSample[],
  nodes: readonly SeenNode[],
): readonly Finding[] {
  if (!areAllSeen(samples, nodes)) return [];
  return [...foreignHolders(nodes), ...foreignClaims(nodes.map(withClaims))].map(
    ({ vip, text }) => ({
      what: `VIP ${vip}`,
      expected: 'answered for by the ring alone',
      seen: text,
    }),
  );
}

function judgeForeignRouters(
  samples: readonly NodeSample[],
  nodes: readonly SeenNode[],
): readonly Finding[] {
  const ring = samples[0]?.ring ?? [];
  const desired = ring.flatMap((member) => ringInstances(member, ring));
  const heard = nodes.map(({ name, seen, sample: { probe } }) => ({
    name,
    addresses: seen.addresses.map(({ address }) => address),
    heard: probe === undefined || probe instanceof Failure ? [] : probe.heard,
  }));
  const instances = [...desired, ...nodes.flatMap((node) => node.instances)];
  return foreignRouters(heard, instances).map(({ routerId, text }) => ({
    what: `VRID ${routerId}`,
    expected: 'used by the ring alone',
    seen: text,
  }));
}

function withClaims(node: SeenNode) {
  const { probe } = node.sample;
  const claims = probe === undefined || probe instanceof Failure ? [] : probe.claims;
  return { ...node, claims };
}

function isHeld(vip: string, nodes: readonly SeenNode[]): boolean {
  return nodes.some(({ seen }) => seen.addresses.some(({ address }) => address === vip));
}
