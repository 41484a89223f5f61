import { listOf } from '#engine/model/suggest.ts';
import type { NodeStatus } from '#playbooks/node-status.ts';
import type { RingStatus } from '#playbooks/status.ts';
import { wrongIn } from './format.ts';

/** Something that is otherwise than it was: `VIP fd02::1`, `node1`, `node3`. */
export interface StatusChange {
  readonly what: string;
  readonly was: string;
  readonly is: string;
}

/** What has changed from one look to another, in words; not what grows by itself, such as an age. */
export function changesBetween(
  before: readonly RingStatus[],
  after: readonly RingStatus[],
): readonly StatusChange[] {
  const old = new Map(before.flatMap(wordsOfRing));
  return after.flatMap(wordsOfRing).flatMap(([what, is]) => {
    const was = old.get(what);
    return was === undefined || was === is ? [] : [{ what, was, is }];
  });
}

type Words = readonly [what: string, is: string];

function wordsOfRing(ring: RingStatus): readonly Words[] {
  const { nodes, vips } = ring;
  const nobody = nodes.some(({ failure }) => failure) ? 'none of those that answered' : 'nobody';
  const name = `ring of ${listOf(nodes.map(({ node }) => node))}`;
  return [
    ...vips.map(({ vip, holders }): Words => [`VIP ${vip}`, holders.join(' and ') || nobody]),
    ...nodes.flatMap(wordsOfNode),
    [name, wrongIn(ring) || 'whole'],
  ];
}

function wordsOfNode(node: NodeStatus): readonly Words[] {
  const { node: name, failure, drained, lease } = node;
  if (failure !== undefined) return [[name, 'no answer']];
  return [
    [name, dutyOf(node)],
    ...node.checks.map(
      (check): Words => [
        `${check.name} on ${name}`,
        check.passes ? 'passes' : `fails: ${check.reason ?? 'no reason'}`,
      ],
    ),
    [`configuration of ${name}`, node.configuration],
    [`pod of ${name}`, node.pod],
    ...node.sysctls.map((one): Words => [`${one.name} on ${name}`, one.value ?? 'not there']),
    [`duty of ${name}`, drained === undefined ? 'on duty' : `drained by ${drained}`],
    [`lease of ${name}`, lease === undefined ? 'nobody' : `${lease.owner}: ${lease.what}`],
  ];
}

function dutyOf({ running }: NodeStatus): string {
  if (running === 0) return 'keepalived does not run';
  return running === 1 ? 'keepalived runs' : `${running} keepaliveds run`;
}
