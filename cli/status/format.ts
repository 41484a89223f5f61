import { listOf } from '#engine/model/suggest.ts';
import { escapeControl } from '#engine/report/escape.ts';
import { formatFailure, formatFinding } from '#engine/report/failure.ts';
import { noPaint, type Paint } from '#engine/report/paint.ts';
import { alignRows, countOf, widest } from '#engine/report/words.ts';
import type { NodeStatus } from '#playbooks/node-status.ts';
import type { RingStatus, VipStatus } from '#playbooks/status.ts';
import { notesOf } from './notes.ts';
import { PARTS, unequalParts } from './parts.ts';
import { formatSince } from './since.ts';

export interface FormatOptions {
  readonly now: Date;
  /** When the nodes were looked at; left out: now. */
  readonly lookedAt?: Date;
  readonly paint?: Paint;
  /** Tables that are wider become a block for each row. */
  readonly columns?: number;
}

/** A ring at a glance: is it whole, who has its VIPs, how its nodes are, and what is wrong, in words. */
export function formatRing(ring: RingStatus, options: FormatOptions): string {
  const { paint = noPaint } = options;
  const failures = ring.nodes.flatMap(({ failure }) => (failure === undefined ? [] : [failure]));
  return [
    [title(ring, paint), ...ring.findings.map((one) => paint('red', formatFinding(one)))].join(
      '\n',
    ),
    table([VIP_HEAD, ...ring.vips.map((vip) => vipRow(vip, ring, options))], options),
    table([nodeHead(ring), ...ring.nodes.map((node) => nodeRow(node, ring, options))], options),
    notesOf(ring, options.now).map(escapeControl).join('\n'),
    ...failures.map((failure) => formatFailure(failure, paint)),
  ]
    .filter((block) => block !== '')
    .join('\n\n');
}

/** Whether all is as it should be, and all of it was seen. */
export function isWhole({ nodes, findings }: RingStatus): boolean {
  return findings.length === 0 && nodes.every(({ failure }) => failure === undefined);
}

function title(ring: RingStatus, paint: Paint): string {
  const name = paint(
    'bold',
    escapeControl(`ring of ${listOf(ring.nodes.map(({ node }) => node))}`),
  );
  if (isWhole(ring)) return `${paint('green', '✔')} ${name}: every VIP is where it belongs`;
  return `${paint('red', '✖')} ${name}: ${wrongIn(ring)}`;
}

/** `no answer from 1 node, 2 findings`; nothing of a ring that is whole. */
export function wrongIn({ nodes, findings }: RingStatus): string {
  const silent = nodes.filter(({ failure }) => failure !== undefined).length;
  return [
    ...(silent === 0 ? [] : [`no answer from ${countOf(silent, 'node')}`]),
    ...(findings.length === 0 ? [] : [countOf(findings.length, 'finding')]),
  ].join(', ');
}

/** Cells, and the colour of the row. */
interface Row {
  readonly cells: readonly string[];
  readonly colour?: 'red' | 'yellow' | undefined;
}

const VIP_HEAD: Row = { cells: ['VIP', 'held by', 'since', 'next', 'expected on'] };

function vipRow(vip: VipStatus, { nodes }: RingStatus, { now }: FormatOptions): Row {
  const { holders, expected, heir, since } = vip;
  const isRight = holders.length === 1 && holders[0] === expected;
  const nobody = nodes.some(({ failure }) => failure) ? 'none of those that answered' : 'no node';
  return {
    cells: [
      vip.vip,
      holders.join(' and ') || nobody,
      since === undefined ? '' : formatSince(since, now),
      heir ?? 'nobody',
      isRight ? '' : (expected ?? 'no node: none is able to'),
    ],
    colour: isRight ? undefined : 'red',
  };
}

function nodeHead(ring: RingStatus): Row {
  return { cells: ['node', 'keepalived', 'priorities', 'checks', ...unequalParts(ring)] };
}

function nodeRow(node: NodeStatus, ring: RingStatus, options: FormatOptions): Row {
  if (node.failure !== undefined) {
    const word = node.failure.kind === 'unreachable' ? 'unreachable' : 'no answer';
    return { cells: [node.node, word], colour: 'red' };
  }
  const isUnable = ring.unable.some((one) => one.node === node.node);
  const others = unequalParts(ring).map((name) => PARTS[name](node));
  const isOther = node.drained === undefined && others.some((word) => word !== 'ok');
  return {
    cells: [
      node.node,
      keepalivedOf(node, options),
      prioritiesOf(node, ring),
      checksOf(node),
      ...others,
    ],
    colour: isUnable && node.drained === undefined ? 'red' : isOther ? 'yellow' : undefined,
  };
}

function keepalivedOf(
  { running, uptime, drained }: NodeStatus,
  { now, lookedAt = now }: FormatOptions,
): string {
  if (running === 0) return drained === undefined ? 'not running' : 'drained';
  const age = formatSince(new Date(lookedAt.getTime() - uptime * 1000).toISOString(), now);
  return running === 1 ? `runs ${age}` : `${running} run, one ${age}`;
}

/** In the order of the VIPs. */
function prioritiesOf({ node }: NodeStatus, { vips }: RingStatus): string {
  const own = vips.flatMap(({ parts }) => parts.filter((part) => part.node === node));
  return own.map(({ priority }) => priority).join(' ');
}

function checksOf({ checks }: NodeStatus): string {
  const failing = checks.filter(({ passes }) => !passes);
  const [first] = failing.length > 0 ? failing : checks;
  if (first === undefined) return '';
  const mark = failing.length > 0 ? '✖' : '✔';
  const most = failing.length > 0 ? failing.length : checks.length;
  return most === 1 ? `${mark} ${first.name}` : `${mark} ${most} of ${checks.length}`;
}

function table([head, ...rows]: readonly [Row, ...Row[]], options: FormatOptions): string {
  const { paint = noPaint, columns = Number.POSITIVE_INFINITY } = options;
  if (rows.length === 0) return '';
  const isUsed = (_: string, column: number) =>
    rows.some(({ cells }) => (cells[column] ?? '') !== '');
  const cells = [head, ...rows].map((row) => row.cells.filter(isUsed).map(escapeControl));
  const lines = alignRows(cells);
  const painted = (text: string, { colour }: Row = head) =>
    colour === undefined ? text : paint(colour, text);
  if (widest(lines) <= columns)
    return [
      paint('dim', lines[0] ?? ''),
      ...rows.map((row, at) => painted(lines[at + 1] ?? '', row)),
    ].join('\n');
  return rows.map((row, at) => painted(block(cells[0] ?? [], cells[at + 1] ?? []), row)).join('\n');
}

/** `node1`, and below it `  checks  ✔ chk_api_service` and the others. */
function block(head: readonly string[], [name = '', ...cells]: readonly string[]): string {
  const told = cells.flatMap((cell, at) => (cell === '' ? [] : [[head[at + 1] ?? '', cell]]));
  return [name, ...alignRows(told).map((line) => `  ${line}`)].join('\n');
}
