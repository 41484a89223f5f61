import type { NodeStatus } from '#playbooks/node-status.ts';
import type { RingStatus } from '#playbooks/status.ts';

type NodePart = 'configuration' | 'pod' | 'sysctls';

/** What is told of every node, unless it is as it should be on all of them. */
export const PARTS: Readonly<Record<NodePart, (node: NodeStatus) => string>> = {
  configuration: ({ configuration }) => configuration,
  pod: ({ pod }) => pod,
  sysctls: ({ sysctls }) =>
    sysctls.every(({ value, wanted }) => value === wanted) ? 'ok' : 'differ',
};

/** The names of those that are not ok on all nodes that answered. */
export function unequalParts({ nodes }: RingStatus): readonly NodePart[] {
  const seen = nodes.filter(({ failure }) => failure === undefined);
  const names = Object.keys(PARTS) as NodePart[];
  return names.filter((name) => seen.some((node) => PARTS[name](node) !== 'ok'));
}
