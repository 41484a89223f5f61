import type { Command } from 'commander';
import { Answers } from '#engine/model/answers.ts';
import { Failure } from '#engine/model/failure.ts';
import { CONTROL_MACHINE } from '#engine/model/host.ts';
import { listOf } from '#engine/model/suggest.ts';
import { escapeControl } from '#engine/report/escape.ts';
import { exitCodeOfFailures } from '#engine/report/exit-code.ts';
import { formatFailure, formatFinding } from '#engine/report/failure.ts';
import { toJson } from '#engine/report/json.ts';
import { noPaint, type Paint, paintFor } from '#engine/report/paint.ts';
import { formatTable } from '#engine/report/words.ts';
import { Connections } from '#lib/ssh/index.ts';
import deploy from '#playbooks/deploy.ts';
import type { NodeStatus } from '#playbooks/node-status.ts';
import {
  localReads,
  type Node,
  type RingStatus,
  statusOf,
  statusReads,
  type VipStatus,
} from '#playbooks/status.ts';
import { addInventory, type InventoryFlags, requestOf } from '../flags/inventory.ts';
import { limitsOf } from '../flags/limits.ts';
import { addSlice } from '../flags/run.ts';
import { type HostChoice, type Loaded, load } from '../load.ts';
import { lookAt } from '../look.ts';
import { prepareConnections } from '../prepare-connections.ts';
import { printWarnings } from '../print.ts';

interface StatusFlags extends InventoryFlags, Pick<HostChoice, 'slice'> {
  readonly json?: boolean;
}

export function define(command: Command) {
  addSlice(addInventory(command)).option('--json', 'print it as JSON');
  return status;
}

/** One look at every ring of an inventory. Changes nothing; the exit code is 6, 4 or 0. */
async function status(inventory: string, flags: StatusFlags): Promise<number> {
  const loaded = await load(deploy, requestOf(inventory, flags), flags);
  printWarnings(loaded.warnings);
  const rings = await lookAtRings(loaded, flags);
  if (flags.json) process.stdout.write(`${toJson({ rings })}\n`);
  else process.stdout.write(`${rings.map(shown).join('\n\n')}\n`);
  return exitCodeOf(rings);
}

async function lookAtRings(
  { members: all, targets, localHost = CONTROL_MACHINE }: Loaded<Node['vars']>,
  flags: StatusFlags,
): Promise<readonly RingStatus[]> {
  const members = all.filter(({ host }) => targets.has(host.name));
  await using connections = new Connections(undefined, limitsOf(flags));
  // Both at once would ask for the same thing twice.
  await prepareConnections(connections, [localHost, ...members.map(({ host }) => host)]);
  const [local, answers] = await Promise.all([
    lookAt(connections, [{ host: localHost }], () => localReads(members)),
    lookAt(connections, members, (member) => statusReads(member, members)),
  ]);
  const said = local.get(localHost.name);
  return statusOf(members, answers, said instanceof Answers ? said : new Answers());
}

function shown(ring: RingStatus): string {
  return formatRing(ring, new Date(), paintFor(process.stdout));
}

function exitCodeOf(rings: readonly RingStatus[]): number {
  const failures = rings.flatMap(({ nodes, findings }) => [
    ...nodes.flatMap(({ failure }) => (failure === undefined ? [] : [failure])),
    ...findings.map(() => new Failure('A VIP is not where it belongs', { kind: 'check' })),
  ]);
  return exitCodeOfFailures(failures);
}

/** A ring as two tables, its nodes and its VIPs, and what is wrong below them. */
export function formatRing(ring: RingStatus, now: Date, paint: Paint = noPaint): string {
  const { nodes, vips, findings } = ring;
  const names = nodes.map(({ node }) => node);
  const failures = nodes.flatMap(({ failure }) => (failure === undefined ? [] : [failure]));
  const nobody = failures.length === 0 ? 'no node' : 'none of those that answered';
  return [
    paint('bold', `ring of ${listOf(names)}`),
    formatTable([NODE_HEAD, ...nodes.map((node) => nodeRow(node, now).map(escapeControl))]),
    formatTable([VIP_HEAD, ...vips.map((vip) => vipRow(vip, nobody).map(escapeControl))]),
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

function vipRow({ vip, expected, holders }: VipStatus, nobody: string): readonly string[] {
  return [vip, expected ?? 'no node', holders.join(' and ') || nobody];
}
