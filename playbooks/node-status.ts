import type { Answers } from '#engine/model/answers.ts';
import { Failure } from '#engine/model/failure.ts';
import type { Reads } from '#engine/model/read.ts';
import { reveal, type Text } from '#engine/model/secret.ts';
import { Pending } from '#engine/model/state.ts';
import { fileAt, sysctlValue, textIn } from '#engine/reads/file.ts';
import { builtImage } from '#engine/reads/image-source.ts';
import { type LeaseFact, lease } from '#engine/reads/runs.ts';
import { CONFIGURATION, manifestPath, notifies } from '#keepalived/files.ts';
import { imageSourceOf } from '#keepalived/image-source.ts';
import { vipsOf } from '#keepalived/node-address.ts';
import { nodeVips, reasonOf } from '#keepalived/node-sample.ts';
import { configurationMark } from '#keepalived/normalise.ts';
import { drainedBy } from '#keepalived/reads/drained.ts';
import { notifyLog } from '#keepalived/reads/notify-log.ts';
import { keepalivedProcess } from '#keepalived/reads/process.ts';
import type { VipSample } from '#keepalived/reads/vip-sample.ts';
import { vrrpStates } from '#keepalived/reads/vrrp-states.ts';
import { renderConfig } from '#keepalived/render-config.ts';
import { type MarkedManifest, markedManifest } from '#keepalived/render-manifest.ts';
import { ringOf } from '#keepalived/ring.ts';
import type { Node } from '#keepalived/vars.ts';
import { imageReference } from '#tasks/containers/node-image.ts';
import { nonlocalBinds } from '#tasks/keepalived/nonlocal-bind.ts';

/**
 * Whether a file is as the inventory says, and in force: what runs was made from it. Pending: the file
 * is there, and what runs was made from another one.
 */
export type FileStatus = 'ok' | 'differs' | 'differs, pending' | 'pending' | 'none' | 'unknown';

/** A health check, run here and now. */
export interface CheckStatus {
  readonly name: string;
  readonly passes: boolean;
  /** Why it fails: `HTTP 503`, `timeout`. */
  readonly reason?: string;
}

/** A kernel parameter that keepalived needs. */
export interface SysctlStatus {
  readonly name: string;
  readonly wanted: string;
  readonly value: string | undefined;
}

/** What one look tells of a node. */
export interface NodeStatus {
  readonly node: string;
  /** Why it could not be looked at; then nothing else is known of it. */
  readonly failure?: Failure;
  /** How many keepaliveds run. */
  readonly running: number;
  /** For how many seconds, the one that is looked at. */
  readonly uptime: number;
  readonly holds: readonly string[];
  /** Who took it off duty, and when. */
  readonly drained?: string;
  readonly checks: readonly CheckStatus[];
  readonly configuration: FileStatus;
  readonly pod: FileStatus;
  /** What the pod's manifest names; undefined where there is none. */
  readonly image?: string;
  readonly sysctls: readonly SysctlStatus[];
  readonly lease?: LeaseFact;
}

export interface StatusInput {
  readonly members: readonly Node[];
  /** What the control machine said of the images. */
  readonly local: Answers;
  readonly answer: Answers | Failure;
}

export function nodeReads(member: Node, members: readonly Node[]) {
  return {
    drained: drainedBy,
    lease,
    process: keepalivedProcess,
    sample: nodeVips(member, members),
    states: vrrpStates,
    configuration: fileAt(CONFIGURATION),
    manifest: fileAt(manifestPath(member)),
  } satisfies Reads;
}

/** What keepalived tells of itself where it has a script for that. */
export function notifyReads({ vars }: Node): Reads {
  return notifies(vars) ? { notifyLog } : {};
}

/** The kernel parameters of a node, by their names. */
export function sysctlReads(member: Node) {
  return Object.fromEntries(nonlocalBinds(member).map((name) => [name, sysctlValue(name)]));
}

/** A question of these that failed makes the whole node unknown: it is said why. */
export function nodeStatus(member: Node, look: StatusInput): NodeStatus {
  const { host } = member;
  if (look.answer instanceof Failure) return { ...unknown(host.name), failure: look.answer };
  try {
    return knownStatus(member, { ...look, answer: look.answer });
  } catch (error) {
    if (error instanceof Failure) return { ...unknown(host.name), failure: error.at(host.name) };
    throw error;
  }
}

function unknown(node: string): NodeStatus {
  const nothing = { running: 0, uptime: 0, holds: [], checks: [], sysctls: [] };
  return { node, ...nothing, configuration: 'unknown', pod: 'unknown' };
}

function knownStatus(
  member: Node,
  { members, local, answer }: StatusInput & { readonly answer: Answers },
): NodeStatus {
  const facts = factsOf(answer, member, members);
  const vips = vipsOf(member.vars, ringOf(member, members).length);
  const held = facts.sample.addresses.map(({ address }) => address);
  const image = imageIn(facts);
  return {
    node: member.host.name,
    running: facts.process.running,
    uptime: facts.sample.uptime,
    holds: vips.filter((vip) => held.includes(vip)),
    ...(facts.drained === undefined ? {} : { drained: facts.drained }),
    checks: checksOf(member, facts.sample),
    configuration: configurationStatus(facts, renderConfig(member, members)),
    pod: podStatus(facts, markedManifest(member, imageOf(member, local))),
    ...(image === undefined ? {} : { image: image.slice(0, LONGEST) }),
    sysctls: Object.entries(answer.facts(sysctlReads(member))).map(([name, value]) => ({
      ...{ name, wanted: '1', value: value?.slice(0, LONGEST) },
    })),
    ...(facts.lease === undefined ? {} : { lease: shortLease(facts.lease) }),
  };
}

/** Of what is shown in one line: a host may say megabytes. */
const LONGEST = 300;

function shortLease(lease: LeaseFact): LeaseFact {
  const [owner = '', run = '', since = '', what = ''] = [
    ...[lease.owner, lease.run, lease.since, lease.what],
  ].map((text) => text.slice(0, LONGEST));
  return { owner, run, since, what };
}

type NodeFacts = ReturnType<typeof factsOf>;

function factsOf(answers: Answers, member: Node, members: readonly Node[]) {
  return answers.facts(nodeReads(member, members));
}

function checksOf(member: Node, sample: VipSample): readonly CheckStatus[] {
  return Object.entries(sample.checks).map(([name, passes]) => {
    const reason = reasonOf(name, member, sample);
    return { name, passes, ...(reason === undefined ? {} : { reason }) };
  });
}

function configurationStatus({ configuration, process }: NodeFacts, text: Text): FileStatus {
  if (configuration.type === 'absent') return process.running > 0 ? 'differs' : 'none';
  const there = textIn(configuration);
  if (there === undefined) return 'differs';
  const mark = configurationMark(there);
  const loaded = process.configuration;
  const isPending =
    loaded !== undefined && !(process.isLoaded && configurationMark(loaded) === mark);
  if (mark !== configurationMark(text)) return isPending ? 'differs, pending' : 'differs';
  if (isPending) return 'pending';
  return process.running > 0 && loaded === undefined ? 'unknown' : 'ok';
}

function podStatus({ manifest, process }: NodeFacts, pod: MarkedManifest): FileStatus {
  if (manifest.type === 'absent') return process.running > 0 ? 'differs' : 'none';
  if (pod.mark instanceof Pending) return 'unknown';
  if (textIn(manifest) !== reveal(pod.manifest)) return 'differs';
  return process.running === 1 && process.pod === pod.mark ? 'ok' : 'pending';
}

/** As the manifests of ours have it, on a line of its own. */
function imageIn({ manifest }: NodeFacts): string | undefined {
  return /^\s*(?:- )?image: *"?([^\s"]+)/m.exec(textIn(manifest) ?? '')?.[1];
}

/** As deploy would name it now; unknown while the registry or the repository cannot be asked. */
function imageOf({ vars }: Node, local: Answers): string | Pending {
  const source = imageSourceOf(vars);
  return imageReference({ source, image: local.find(builtImage(source)) });
}
