import type { Answers } from '#engine/model/answers.ts';
import { Failure } from '#engine/model/failure.ts';
import type { Reads } from '#engine/model/read.ts';
import { reveal, type Text } from '#engine/model/secret.ts';
import { Pending } from '#engine/model/state.ts';
import { fileAt, textIn } from '#engine/reads/file.ts';
import { builtImage } from '#engine/reads/image-source.ts';
import { type LeaseFact, lease } from '#engine/reads/runs.ts';
import { CONFIGURATION, manifestPath } from '#keepalived/files.ts';
import { imageSourceOf } from '#keepalived/image-source.ts';
import { vipsOf } from '#keepalived/node-address.ts';
import { nodeVips } from '#keepalived/node-sample.ts';
import { configurationMark } from '#keepalived/normalise.ts';
import { drainedBy } from '#keepalived/reads/drained.ts';
import { keepalivedProcess } from '#keepalived/reads/process.ts';
import { renderConfig } from '#keepalived/render-config.ts';
import { type MarkedManifest, markedManifest } from '#keepalived/render-manifest.ts';
import { ringOf } from '#keepalived/ring.ts';
import type { Node } from '#keepalived/vars.ts';
import { imageReference } from '#tasks/containers/node-image.ts';

/** Whether a file is as the inventory says, and in force: what runs was made from it. */
export type FileStatus = 'ok' | 'differs' | 'not in force' | 'none' | 'unknown';

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
  readonly configuration: FileStatus;
  readonly pod: FileStatus;
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
    configuration: fileAt(CONFIGURATION),
    manifest: fileAt(manifestPath(member)),
  } satisfies Reads;
}

/** A question of these that failed makes the whole node unknown: it is said why. */
export function nodeStatus(member: Node, look: StatusInput): NodeStatus {
  const { host, vars } = member;
  const nothing = {
    running: 0,
    uptime: 0,
    holds: [],
    configuration: 'unknown',
    pod: 'unknown',
  } as const;
  if (look.answer instanceof Failure) return { node: host.name, failure: look.answer, ...nothing };
  try {
    const facts = factsOf(look.answer, member, look.members);
    const vips = vipsOf(vars, ringOf(member, look.members).length);
    const held = facts.sample.addresses.map(({ address }) => address);
    return {
      node: host.name,
      running: facts.process.running,
      uptime: facts.sample.uptime,
      holds: vips.filter((vip) => held.includes(vip)),
      ...(facts.drained === undefined ? {} : { drained: facts.drained }),
      configuration: configurationStatus(facts, renderConfig(member, look.members)),
      pod: podStatus(facts, markedManifest(member, imageOf(member, look.local))),
      ...(facts.lease === undefined ? {} : { lease: facts.lease }),
    };
  } catch (error) {
    if (error instanceof Failure)
      return { node: host.name, failure: error.at(host.name), ...nothing };
    throw error;
  }
}

type NodeFacts = ReturnType<typeof factsOf>;

function factsOf(answers: Answers, member: Node, members: readonly Node[]) {
  return answers.facts(nodeReads(member, members));
}

function configurationStatus({ configuration, process }: NodeFacts, text: Text): FileStatus {
  if (configuration.type === 'absent') return process.running > 0 ? 'differs' : 'none';
  const wanted = configurationMark(text);
  const there = textIn(configuration);
  if (there === undefined || configurationMark(there) !== wanted) return 'differs';
  if (process.running === 0) return 'ok';
  if (process.configuration === undefined) return 'unknown';
  const isSame = process.isLoaded && configurationMark(process.configuration) === wanted;
  return isSame ? 'ok' : 'not in force';
}

function podStatus({ manifest, process }: NodeFacts, pod: MarkedManifest): FileStatus {
  if (manifest.type === 'absent') return process.running > 0 ? 'differs' : 'none';
  if (pod.mark instanceof Pending) return 'unknown';
  if (textIn(manifest) !== reveal(pod.manifest)) return 'differs';
  return process.running === 1 && process.pod === pod.mark ? 'ok' : 'not in force';
}

/** As deploy would name it now; unknown while the registry or the repository cannot be asked. */
function imageOf({ vars }: Node, local: Answers): string | Pending {
  const source = imageSourceOf(vars);
  return imageReference({ source, image: local.find(builtImage(source)) });
}
