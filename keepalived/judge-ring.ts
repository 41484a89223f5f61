import type { Finding } from '#engine/model/check.ts';
import { Failure } from '#engine/model/failure.ts';
import { type ExpectedHolder, holdersOf } from './expected-holders.ts';
import { foreignClaims, foreignHolders, foreignRouters } from './foreigners.ts';
import { ringInstances } from './instances.ts';
import { judgeVip } from './judge-vip.ts';
import { judgeVrrp } from './judge-vrrp.ts';
import { ownAddresses } from './node-address.ts';
import {
  ableNodes,
  type Basis,
  type NodeSample,
  partsOf,
  type SeenNode,
  seenNodes,
} from './node-sample.ts';
import { othersText } from './reads/process.ts';
import type { VipSample } from './reads/vip-sample.ts';
import type { Node } from './vars.ts';

/** What a ring is judged by. */
export interface Expectation {
  readonly basis: Basis;
  /** VIPs that no node may hold, beside those that none has configured. */
  readonly gone?: readonly string[];
  /** A health check that fails on every node is accepted, and then nobody has to hold a VIP. */
  readonly bootstrap?: boolean;
}

/** A keepalived that started less than this many seconds ago may be one that restarts for ever. */
const SETTLED_SECONDS = 3;

/** All that is wrong in a ring, judged on one look at all of its nodes; nothing when it is whole. */
export function judgeRing(
  samples: readonly NodeSample[],
  expectation: Expectation = { basis: 'desired' },
): readonly Finding[] {
  const nodes = seenNodes(samples, expectation.basis);
  const accepted = acceptedChecks(samples, expectation);
  const expected = [
    ...holdersOf(partsOf(nodes), ableNodes(nodes, accepted), (host, vip) =>
      isHeld(
        vip,
        nodes.filter(({ name }) => name === host),
      ),
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

/** What a node holds that nobody looked at is not known. */
function judgeForeignHolders(
  samples: readonly NodeSample[],
  nodes: readonly SeenNode[],
): readonly Finding[] {
  if (nodes.length < (samples[0]?.ring.length ?? 0)) return [];
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

function judgeNode(
  sample: NodeSample,
  nodes: readonly SeenNode[],
  accepted: ReadonlySet<string>,
): readonly Finding[] {
  const { member, seen, mustRun, drained, process } = sample;
  const what = `keepalived on ${member.host.name}`;
  if (seen instanceof Failure) {
    return [{ what, expected: 'an answer', seen: seen.message.toLowerCase() }];
  }
  if (drained !== undefined) {
    const expected = `not to run, since the node was drained by ${drained}`;
    return seen.running === 0 ? [] : [{ what, expected, seen: 'running' }];
  }
  if (seen.running > 1) {
    return [{ what, expected: 'to run once', seen: `running ${seen.running} times` }];
  }
  if (!mustRun) return [];
  if (process !== undefined && process.others.length > 0)
    return [{ what, expected: 'to run in its pod alone', seen: othersText(process.others) }];
  if (seen.running === 0) return [{ what, expected: 'to run', seen: 'not running' }];
  return [
    ...judgeInterface(member, seen),
    ...(seen.uptime >= SETTLED_SECONDS
      ? []
      : [{ what, expected: 'to keep running', seen: `started ${seen.uptime.toFixed(1)} s ago` }]),
    ...judgeChecks(
      nodes.find(({ name }) => name === member.host.name),
      accepted,
    ),
  ];
}

function judgeChecks(
  node: SeenNode | undefined,
  accepted: ReadonlySet<string>,
): readonly Finding[] {
  return Object.entries(node?.checks ?? {})
    .filter(([name, passes]) => !passes && !accepted.has(name))
    .map(([name]) => ({
      what: `${name} on ${node?.name}`,
      expected: 'to pass',
      seen: node?.seen.absent.includes(name) ? 'its program not in the image' : 'failing',
    }));
}

function judgeInterface({ vars, host }: Node, seen: VipSample): readonly Finding[] {
  const name = vars.vrrp_interface;
  if (seen.mac === '') {
    return [{ what: `interface ${name} of ${host.name}`, expected: 'to be there', seen: 'absent' }];
  }
  return ownAddresses(vars).flatMap((address) => {
    const what = `${address} of ${host.name}`;
    const own = seen.addresses.find((held) => held.address === address);
    if (own === undefined) return [{ what, expected: `on ${name}`, seen: 'absent' }];
    if (own.interface !== name)
      return [{ what, expected: `on ${name}`, seen: `on ${own.interface}` }];
    return own.usable ? [] : [{ what, expected: 'usable', seen: 'tentative' }];
  });
}
