import { Failure } from '#engine/model/failure.ts';
import type { Read } from '#engine/model/read.ts';
import { scriptOf } from './checks.ts';
import type { Part } from './expected-holders.ts';
import { type Instance, instancesOf, ringInstances } from './instances.ts';
import { ownAddresses, vipsOf } from './node-address.ts';
import { parseConfig } from './parse-config.ts';
import { trackedChecks } from './profile.ts';
import type { ProcessFact } from './reads/process.ts';
import { ABSENT, type VipSample, vipSample } from './reads/vip-sample.ts';
import type { VrrpProbe } from './reads/vrrp-probe.ts';
import { ringOf } from './ring.ts';
import type { Node } from './vars.ts';

/** The cheap look at a node's part in its ring. */
export function nodeVips(member: Node, members: readonly Node[]): Read<VipSample> {
  const { vars } = member;
  return vipSample({
    interface: vars.vrrp_interface,
    sources: ownAddresses(vars),
    vips: vipsOf(vars, ringOf(member, members).length),
    checks: trackedChecks(vars),
  });
}

/** One look at one node, or why there is none. */
export interface NodeSample {
  readonly member: Node;
  /** All nodes of its ring, also those that nobody looked at. */
  readonly ring: readonly Node[];
  readonly seen: VipSample | Failure;
  readonly mustRun: boolean;
  /** Who took it off duty, and when. */
  readonly drained?: string | undefined;
  /** What its keepalived has loaded; as the inventory wants it, where that could not be read. */
  readonly process?: ProcessFact | undefined;
  /** Only in the closing look. */
  readonly probe?: VrrpProbe | Failure | undefined;
}

/** By what it is told who should hold a VIP: by the inventory, or by what each node has loaded. */
export type Basis = 'desired' | 'loaded';

/** A look that succeeded. */
export interface SeenNode {
  readonly name: string;
  readonly member: Node;
  readonly seen: VipSample;
  readonly sample: NodeSample;
  /** The VIPs that were looked for from it. */
  readonly asked: readonly string[];
  /** What it takes part with. */
  readonly instances: readonly Instance[];
  /** The health checks that bear on who holds what. */
  readonly checks: Readonly<Record<string, boolean>>;
}

/** The nodes that were seen, each with its part in the ring. */
export function seenNodes(samples: readonly NodeSample[], basis: Basis): readonly SeenNode[] {
  return samples.flatMap((sample) => {
    const { member, ring, seen } = sample;
    if (seen instanceof Failure) return [];
    const desired = ringInstances(member, ring);
    const instances = basis === 'desired' ? desired : inForce(sample, seen, desired);
    const checks = basis === 'desired' ? seen.checks : loadedChecks(sample, seen);
    const asked = vipsOf(member.vars, ring.length);
    return [{ name: member.host.name, member, seen, sample, asked, instances, checks }];
  });
}

/** Every instance, with its node. */
export function partsOf(nodes: readonly SeenNode[]): readonly Part[] {
  return nodes.flatMap(({ name, instances }) =>
    instances.map((instance) => ({ host: name, instance })),
  );
}

/** The nodes that can hold a VIP. `accepted`: checks that may fail. */
export function ableNodes(
  nodes: readonly SeenNode[],
  accepted: ReadonlySet<string>,
): ReadonlySet<string> {
  return new Set(
    nodes.filter((node) => whyUnable(node, accepted).length === 0).map(({ name }) => name),
  );
}

/** Why a node can hold no VIP: off duty, no pod, checks that fail, no address of its own to send from. */
export function whyUnable(
  { member, seen, sample, instances, checks }: SeenNode,
  accepted: ReadonlySet<string>,
): readonly string[] {
  if (sample.drained !== undefined) return ['drained'];
  if (seen.running === 0) return ['keepalived does not run'];
  const usable = seen.addresses.filter((held) => held.usable).map(({ address }) => address);
  const sources =
    instances.length > 0
      ? instances.flatMap(({ source }) => source ?? [])
      : ownAddresses(member.vars);
  const missing = [...new Set(sources)].filter((source) => !usable.includes(source));
  const failing = Object.keys(checks).filter((name) => !checks[name] && !accepted.has(name));
  return [
    ...missing.map((address) => `its address ${address} is not there`),
    ...failing.map((name) => `${name}: ${reasonOf(name, member, seen) ?? 'fails'}`),
  ];
}

function inForce(
  { process, member }: NodeSample,
  { running }: VipSample,
  desired: readonly Instance[],
): readonly Instance[] {
  if (running === 0) return [];
  if (process?.configuration === undefined) return desired;
  return instancesOf(process.configuration, member);
}

/** A check of the inventory says nothing of a keepalived that runs another one under its name. */
function loadedChecks(
  { process, member }: NodeSample,
  { checks }: VipSample,
): Readonly<Record<string, boolean>> {
  if (process?.configuration === undefined) return checks;
  const { scripts, instances } = parseConfig(process.configuration);
  const tracked = new Set(instances.flatMap((instance) => instance.tracked));
  const wanted = new Map(
    member.vars.keepalived_checks.map((check) => [check.name, scriptOf(check)]),
  );
  const inUse = new Set(
    scripts
      .filter(({ name, script }) => tracked.has(name) && wanted.get(name) === script)
      .map(({ name }) => name),
  );
  return Object.fromEntries(Object.entries(checks).filter(([name]) => inUse.has(name)));
}

/** timeout's own status (timeout(1)). */
const TIMED_OUT = 124;

/** What curl(1) exits with, where it says more than its number. */
const OF_CURL: Readonly<Record<number, string>> = {
  6: 'its host name is not known',
  7: 'no connection',
  28: 'timeout',
  35: 'no TLS',
  52: 'an empty answer',
  56: 'the connection was cut off',
};

/** Why a check failed when it was run, in a few words: `HTTP 503`, `timeout`; undefined: it passed, or was not run. */
export function reasonOf(name: string, { vars }: Node, seen: VipSample): string | undefined {
  const [status, answer] = [seen.statuses[name], seen.answers[name]];
  if (status === undefined || status === 0) return undefined;
  if (status === ABSENT) return 'its program is not in the image';
  if (status === TIMED_OUT) return 'timeout';
  if (answer === undefined) return `exit ${status}`;
  if (answer >= 400) return `HTTP ${answer}`;
  const script = trackedChecks(vars).find((check) => check.name === name)?.script ?? '';
  if (status === 7 && IS_HERE.test(script)) return 'connection refused';
  return OF_CURL[status] ?? `curl exit ${status}`;
}

/** What a host has no other reason for not to connect to. */
const IS_HERE = / https?:\/\/(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])[:/]/;
