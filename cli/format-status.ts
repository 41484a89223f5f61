import { escapeControl } from '#engine/report/escape.ts';
import { formatFailure, formatFinding } from '#engine/report/failure.ts';
import { noPaint, type Paint } from '#engine/report/paint.ts';
import { formatTable, listOf } from '#engine/report/words.ts';
import type { NodeStatus } from '#playbooks/node-status.ts';
import type { RingStatus, VipStatus } from '#playbooks/status.ts';

/** A ring as two tables, its nodes and its VIPs, and what is wrong below them. */
export function formatRing(ring: RingStatus, now: Date, paint: Paint = noPaint): string {
  const { nodes, vips, findings } = ring;
  const names = nodes.map(({ node }) => node);
  const failures = nodes.flatMap(({ failure }) => (failure === undefined ? [] : [failure]));
  return [
    paint('bold', `ring of ${listOf(names)}`),
    formatTable([NODE_HEAD, ...nodes.map((node) => nodeRow(node, now).map(escapeControl))]),
    formatTable([VIP_HEAD, ...vips.map((vip) => vipRow(vip).map(escapeControl))]),
    ...failures.map((failure) => formatFailure(failure, paint)),
    findings.map((finding) => paint('red', formatFinding(finding))).join('\n'),
  ]
    .filter((block) => block !== '')
    .join('\n\n');
}

const NODE_HEAD = [
  'node',
  'keepalived',
  'holds',
  'configuration',
  'pod',
  'drained by',
  'changed by',
];
const VIP_HEAD = ['VIP', 'expected on', 'held by'];

function nodeRow(node: NodeStatus, now: Date): readonly string[] {
  if (node.failure !== undefined) return [node.node, wordFor(node), '', '', '', '', ''];
  const { lease } = node;
  return [
    node.node,
    runningSince(node, now),
    node.holds.join(' ') || '-',
    node.configuration,
    node.pod,
    node.drained ?? '',
    lease === undefined ? '' : `${lease.owner}: ${lease.what} ${lease.run} since ${lease.since}`,
  ];
}

function wordFor({ failure }: NodeStatus): string {
  return failure?.kind === 'unreachable' ? 'unreachable' : 'no answer';
}

function runningSince({ running, uptime }: NodeStatus, now: Date): string {
  if (running === 0) return 'not running';
  const since = new Date(now.getTime() - uptime * 1000).toISOString().replace(/\.\d+/, '');
  return running === 1 ? `since ${since}` : `${running} run, one since ${since}`;
}

function vipRow({ vip, expected, holders }: VipStatus): readonly string[] {
  return [vip, expected ?? 'no node', holders.join(' and ') || 'no node'];
}
