import type { Answers } from '#engine/model/answers.ts';
import type { Finding } from '#engine/model/check.ts';
import { Failure } from '#engine/model/failure.ts';
import type { Reads } from '#engine/model/read.ts';
import { CAREFUL } from '#engine/model/rollout.ts';
import { builtImage } from '#engine/reads/image-source.ts';
import { imageSourceOf } from '#keepalived/image-source.ts';
import type { NodeSample } from '#keepalived/node-sample.ts';
import { ringOf, ringsOf } from '#keepalived/ring.ts';
import type { Node } from '#keepalived/vars.ts';
import { vipsHeldOnce } from '#tasks/keepalived/vips-held-once.ts';
import { type NodeStatus, nodeReads, nodeStatus, notifyReads, sysctlReads } from './node-status.ts';
import {
  type StatusLook,
  type UnableNode,
  unableNodes,
  type VipStatus,
  vipStatus,
} from './vip-status.ts';

export type { Node, VipStatus };

export interface RingStatus {
  readonly nodes: readonly NodeStatus[];
  readonly vips: readonly VipStatus[];
  /** Nodes that answered and that can hold no VIP. */
  readonly unable: readonly UnableNode[];
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
  return {
    ...nodeReads(member, members),
    ...notifyReads(member),
    ...sysctlReads(member),
    ...checkOf(ring).readsFor(member.host.name),
  };
}

/** Where every ring stands, by what its nodes have answered. */
export function statusOf(members: readonly Node[], look: StatusLook): readonly RingStatus[] {
  const { answers, local } = look;
  return ringsOf(members).map((ring) => {
    const names = new Set(ring.map(({ host }) => host.name));
    const sample = new Map([...answers].filter(([name]) => names.has(name)));
    const nodes = ring.map((member) => {
      const answer = sample.get(member.host.name) ?? new Failure('Not asked');
      return nodeStatus(member, { members, local, answer });
    });
    const samples = samplesOf(ring, { ...look, members, nodes });
    return {
      nodes,
      vips: vipStatus(samples, look),
      unable: unableNodes(samples),
      // What a node out of reach holds cannot be seen: that it is out of reach is said by itself.
      findings: checkOf(ring).judge(
        new Map([...sample].filter(([, answer]) => !isOut(answer))),
        [],
      ),
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

interface RingLook extends StatusLook {
  readonly members: readonly Node[];
  readonly nodes: readonly NodeStatus[];
}

function samplesOf(
  ring: readonly Node[],
  { members, answers, nodes }: RingLook,
): readonly NodeSample[] {
  return ring.flatMap((member) => {
    const { name } = member.host;
    const status = nodes.find(({ node }) => node === name);
    const answer = answers.get(name);
    if (answer === undefined || answer instanceof Failure || status?.failure) return [];
    const { sample: seen, process } = answer.facts(nodeReads(member, members));
    return [{ member, ring, seen, process, mustRun: true, drained: status?.drained }];
  });
}
