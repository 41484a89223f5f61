import type { Answers } from '#engine/model/answers.ts';
import type { Finding } from '#engine/model/check.ts';
import { Failure } from '#engine/model/failure.ts';
import type { Reads } from '#engine/model/read.ts';
import { CAREFUL } from '#engine/model/rollout.ts';
import { builtImage } from '#engine/reads/image-source.ts';
import { holdersOf } from '#keepalived/expected-holders.ts';
import { imageSourceOf } from '#keepalived/image-source.ts';
import { ableNodes, type NodeSample, partsOf, seenNodes } from '#keepalived/node-sample.ts';
import { ringOf, ringsOf } from '#keepalived/ring.ts';
import type { Node } from '#keepalived/vars.ts';
import { vipsHeldOnce } from '#tasks/keepalived/vips-held-once.ts';
import { type NodeStatus, nodeReads, nodeStatus } from './node-status.ts';

export type { Node };

export interface VipStatus {
  readonly vip: string;
  /** Undefined: no node is able to hold it. */
  readonly expected: string | undefined;
  readonly holders: readonly string[];
}

export interface RingStatus {
  readonly nodes: readonly NodeStatus[];
  readonly vips: readonly VipStatus[];
  /** What is wrong with the VIPs, as verify has it. */
  readonly findings: readonly Finding[];
}

/** What is asked of the control machine: what the ref of each image stands for. */
export function localReads(members: readonly Node[]): Reads {
  const reads = members.map(({ vars }) => builtImage(imageSourceOf(vars)));
  return Object.fromEntries(reads.map((read) => [read.key, read]));
}

/** What is asked of a node, in one exchange. */
export function statusReads(member: Node, members: readonly Node[]): Reads {
  const ring = ringOf(member, members);
  return { ...nodeReads(member, members), ...checkOf(ring).readsFor(member.host.name) };
}

/** Where every ring stands, by what its nodes have answered, each with Answers or the reason for none. */
export function statusOf(
  members: readonly Node[],
  answers: ReadonlyMap<string, Answers | Failure>,
  local: Answers,
): readonly RingStatus[] {
  return ringsOf(members).map((ring) => {
    const names = new Set(ring.map(({ host }) => host.name));
    const sample = new Map([...answers].filter(([name]) => names.has(name)));
    const nodes = ring.map((member) => {
      const answer = sample.get(member.host.name) ?? new Failure('Not asked');
      return nodeStatus(member, { members, local, answer });
    });
    return {
      nodes,
      vips: vipStatus(ring, { members, sample, nodes }),
      // What a node out of reach holds cannot be seen: that it is out of reach is said by itself.
      findings: checkOf(ring).judge(new Map([...sample].filter(([, answer]) => !isOut(answer)))),
    };
  });
}

function isOut(answer: Answers | Failure): boolean {
  return answer instanceof Failure && answer.kind === 'unreachable';
}

function checkOf(ring: readonly Node[]) {
  return vipsHeldOnce(ring, {
    targets: new Set(ring.map(({ host }) => host.name)),
    options: CAREFUL,
  });
}

interface RingSample {
  readonly members: readonly Node[];
  readonly sample: ReadonlyMap<string, Answers | Failure>;
  readonly nodes: readonly NodeStatus[];
}

function vipStatus(ring: readonly Node[], sample: RingSample): readonly VipStatus[] {
  const seen = seenNodes(samplesOf(ring, sample), 'desired');
  const holdersNow = (vip: string) =>
    sample.nodes.filter(({ holds }) => holds.includes(vip)).map(({ node }) => node);
  const isHolder = (host: string, vip: string) => holdersNow(vip).includes(host);
  const expected = holdersOf(partsOf(seen), ableNodes(seen, new Set()), isHolder);
  return expected.map(({ vip, holder }) => ({ vip, expected: holder, holders: holdersNow(vip) }));
}

function samplesOf(
  ring: readonly Node[],
  { members, sample, nodes }: RingSample,
): readonly NodeSample[] {
  return ring.flatMap((member) => {
    const { name } = member.host;
    const status = nodes.find(({ node }) => node === name);
    const answers = sample.get(name);
    if (answers === undefined || answers instanceof Failure || status?.failure) return [];
    const { sample: seen } = answers.facts(nodeReads(member, members));
    return [{ member, ring, seen, mustRun: true, drained: status?.drained }];
  });
}
