import { Answers } from '#engine/model/answers.ts';
import type { RingNode } from '#engine/model/playbook.ts';
import { drainedBy } from './reads/drained.ts';
import type { KeepalivedVars } from './vars.ts';

/** A node whose change ends with it on duty, for the course that is made before. */
export function onDuty(node: RingNode<KeepalivedVars>): RingNode<KeepalivedVars> {
  return node.facts instanceof Answers ? { ...node, facts: factsOnDuty(node.facts) } : node;
}

/** The answers of a host, as if nobody had drained it. */
export function factsOnDuty(facts: Answers): Answers {
  const none = { fact: undefined, status: 0, bytes: Buffer.alloc(0) };
  return facts.with(new Map([[drainedBy.key, none]]));
}
