import { Answers } from '#engine/model/answers.ts';
import type { Failure } from '#engine/model/failure.ts';
import { holdersOf } from '#keepalived/expected-holders.ts';
import type { Instance } from '#keepalived/instances.ts';
import {
  ableNodes,
  type NodeSample,
  partsOf,
  type SeenNode,
  seenNodes,
  whyUnable,
} from '#keepalived/node-sample.ts';
import { notifyLog, type Transition } from '#keepalived/reads/notify-log.ts';
import { vrrpStates } from '#keepalived/reads/vrrp-states.ts';

/** What a look has to be judged by. */
export interface StatusLook {
  /** Each node's Answers, or the reason for none. */
  readonly answers: ReadonlyMap<string, Answers | Failure>;
  /** Those of the control machine. */
  readonly local: Answers;
  readonly now: Date;
}

export interface VipStatus {
  readonly vip: string;
  /** By the inventory. Undefined: no node is able to hold it. */
  readonly expected: string | undefined;
  readonly holders: readonly string[];
  /** Who would take it if the holder were gone, by what runs now. */
  readonly heir?: string;
  /** When its one holder took it, by that node's keepalived. */
  readonly since?: string;
  /** What the nodes have loaded, the first in line first. */
  readonly parts: readonly VipPart[];
}

/** A node's part in a VIP. */
export interface VipPart {
  readonly node: string;
  /** As keepalived says, else as it has loaded. */
  readonly priority: number;
  /** MASTER, BACKUP or FAULT as keepalived says, itself or by its notify script, and since when. */
  readonly state?: string;
  readonly since?: string;
}

/** A node that can hold no VIP now, and why. */
export interface UnableNode {
  readonly node: string;
  readonly why: readonly string[];
}

/** Who has each VIP of a ring, who should have it, and who would be next. */
export function vipStatus(samples: readonly NodeSample[], look: StatusLook): readonly VipStatus[] {
  const desired = seenNodes(samples, 'desired');
  const loaded = seenNodes(samples, 'loaded');
  const isHolder = (host: string, vip: string) => holdersIn(desired, vip).includes(host);
  const able = ableNodes(loaded, new Set());
  return holdersOf(partsOf(desired), ableNodes(desired, new Set()), isHolder).map(
    ({ vip, holder }) => {
      const holders = holdersIn(desired, vip);
      const others = new Set([...able].filter((name) => !holders.includes(name)));
      const heir = holdersOf(partsOf(loaded), others).find((one) => one.vip === vip)?.holder;
      const parts = partsIn(loaded, vip, look);
      const since = parts.find(
        ({ node, state }) => holders.length === 1 && node === holders[0] && state === 'MASTER',
      )?.since;
      return {
        ...{ vip, expected: holder, holders, parts },
        ...(heir === undefined ? {} : { heir }),
        ...(since === undefined ? {} : { since }),
      };
    },
  );
}

/** The nodes that answered and can hold nothing. */
export function unableNodes(samples: readonly NodeSample[]): readonly UnableNode[] {
  return seenNodes(samples, 'desired')
    .map((node) => ({ node: node.name, why: whyUnable(node, new Set()) }))
    .filter(({ why }) => why.length > 0);
}

function holdersIn(nodes: readonly SeenNode[], vip: string): readonly string[] {
  return nodes
    .filter(({ seen }) => seen.addresses.some(({ address }) => address === vip))
    .map(({ name }) => name);
}

function partsIn(nodes: readonly SeenNode[], vip: string, look: StatusLook): readonly VipPart[] {
  return nodes
    .flatMap((node) =>
      node.instances
        .filter((instance) => instance.vip === vip)
        .map((instance) => partOf(node, instance, look)),
    )
    .toSorted((one, other) => other.priority - one.priority);
}

function partOf(node: SeenNode, { name, priority }: Instance, look: StatusLook): VipPart {
  const answer = look.answers.get(node.name);
  if (!(answer instanceof Answers)) return { node: node.name, priority };
  const live = answer.find(vrrpStates)?.find((one) => one.name === name);
  const told = answer.find(notifyLog)?.findLast(({ instance }) => instance === name);
  const part = { node: node.name, priority: live?.priority ?? priority };
  if (live?.seconds !== undefined) {
    const since = new Date(look.now.getTime() - live.seconds * 1000).toISOString();
    return { ...part, state: live.state, since };
  }
  if (told !== undefined && isOf(told, node, look) && (live ?? told).state === told.state)
    return { ...part, state: told.state, since: told.time };
  return live === undefined ? part : { ...part, state: live.state };
}

/** Whether the keepalived that runs told it: what one before it was is no longer so. */
function isOf({ time, state }: Transition, { seen }: SeenNode, { now }: StatusLook): boolean {
  const startMs = now.getTime() - seen.uptime * 1000;
  return LASTING.has(state) && Date.parse(time) >= startMs - WHOLE_SECONDS_MS;
}

/** Both times are cut to seconds. */
const WHOLE_SECONDS_MS = 2000;

const LASTING: ReadonlySet<string> = new Set(['MASTER', 'BACKUP', 'FAULT']);
