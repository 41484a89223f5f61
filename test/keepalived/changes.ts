import { Answers } from '#engine/model/answers.ts';
import type { RingNode } from '#engine/model/playbook.ts';
import { ownAddresses } from '#keepalived/node-address.ts';
import { drainedBy } from '#keepalived/reads/drained.ts';
import { interfaces } from '#keepalived/reads/interfaces.ts';
import { keepalivedProcess } from '#keepalived/reads/process.ts';
import type { KeepalivedVars, Node } from '#keepalived/vars.ts';
import { held } from './node-samples.ts';

/** What a node of a ring says of itself, in a pod with the mark `mark`. */
export interface NodeNow {
  /** The configuration that it runs; undefined: nothing runs. */
  readonly runs: string | undefined;
  readonly holds: readonly string[];
  readonly isDrained: boolean;
  readonly target: boolean;
}

/** A node of a ring that has answered. */
export function ringNode(
  member: Node,
  members: readonly Node[],
  { runs, holds, isDrained, target }: NodeNow,
): RingNode<KeepalivedVars> {
  const addresses = [...ownAddresses(member.vars), ...holds].map(held);
  const process = { running: runs === undefined ? 0 : 1, pod: 'mark', configuration: runs };
  const facts = new Map<string, unknown>([
    [keepalivedProcess.key, process],
    [interfaces([6]).key, { names: ['srvc0'], addresses }],
    [drainedBy.key, isDrained ? 'ada@desk at noon' : undefined],
  ]);
  const answers = [...facts].map(
    ([key, fact]) => [key, { fact, status: 0, bytes: Buffer.alloc(0) }] as const,
  );
  return {
    ...member,
    members,
    local: new Answers(),
    facts: new Answers(new Map(answers)),
    target,
  };
}
