import { redact } from '#engine/model/redaction.ts';
import { family, type Measurement } from '#engine/report/metrics.ts';
import type { NodeStatus } from '#playbooks/node-status.ts';
import type { RingStatus } from '#playbooks/status.ts';
import type { StatusUpdate } from '../follow.ts';

/** Where all rings stand, as Prometheus scrapes it. What is not known of a node that does not answer is left out. */
export function statusMetrics({ rings, lookedAt }: StatusUpdate): string {
  const nodes = rings.flatMap((ring) => ring.nodes);
  return redact(
    [
      family('rota_looked_at_seconds', 'When the nodes were looked at, in seconds since 1970', [
        [{}, Math.floor(lookedAt.getTime() / 1000)],
      ]),
      ...vipMetrics(rings),
      family(
        'rota_node_answers',
        'Whether the node answers',
        nodes.map(({ node, failure }) => [{ node }, failure === undefined ? 1 : 0]),
      ),
      ...nodeMetrics(nodes.filter(({ failure }) => failure === undefined)),
    ].join(''),
  );
}

function vipMetrics(rings: readonly RingStatus[]): readonly string[] {
  const vips = rings.flatMap((ring) => ring.vips);
  return [
    family(
      'rota_ring_findings',
      'What is not as it should be, as verify has it',
      rings.map(({ nodes, findings }) => [
        { ring: nodes.map(({ node }) => node).join(',') },
        findings.length,
      ]),
    ),
    family(
      'rota_vip_holders',
      'How many nodes hold the VIP: 1 is well, more are a split brain',
      vips.map(({ vip, holders }) => [{ vip }, holders.length]),
    ),
    family(
      'rota_vip_as_expected',
      'Whether the node that should hold the VIP does, and no other',
      vips.map(({ vip, holders, expected }) => [
        { vip },
        holders.length === 1 && holders[0] === expected ? 1 : 0,
      ]),
    ),
    ...partMetrics(vips),
  ];
}

function partMetrics(vips: RingStatus['vips']): readonly string[] {
  const parts = vips.flatMap(({ vip, holders, parts: all }) =>
    all.map((part) => ({ ...part, labels: { vip, node: part.node }, holders })),
  );
  return [
    family(
      'rota_vip_held',
      'Whether the node holds the VIP',
      parts.map(({ labels, node, holders }) => [labels, holders.includes(node) ? 1 : 0]),
    ),
    family(
      'rota_vip_priority',
      'The priority of the node for the VIP',
      parts.map(({ labels, priority }) => [labels, priority]),
    ),
    family(
      'rota_vip_state_since_seconds',
      'When keepalived on the node changed its state for the VIP, in seconds since 1970',
      parts.flatMap(({ labels, since, state }): readonly Measurement[] =>
        since === undefined || state === undefined
          ? []
          : [[{ ...labels, state }, Math.round(Date.parse(since) / 1000)]],
      ),
    ),
  ];
}

function nodeMetrics(nodes: readonly NodeStatus[]): readonly string[] {
  const yes = (name: string, help: string, is: (node: NodeStatus) => boolean) =>
    family(
      name,
      help,
      nodes.map((node) => [{ node: node.node }, is(node) ? 1 : 0]),
    );
  return [
    family(
      'rota_node_keepaliveds',
      'How many keepaliveds run on the node',
      nodes.map(({ node, running }) => [{ node }, running]),
    ),
    yes(
      'rota_node_drained',
      'Whether the node was taken off duty',
      ({ drained }) => drained !== undefined,
    ),
    yes('rota_node_leased', 'Whether a run changes the node', ({ lease }) => lease !== undefined),
    yes(
      'rota_node_configuration_ok',
      'Whether the inventory’s configuration is in force',
      ({ configuration }) => configuration === 'ok',
    ),
    yes('rota_node_pod_ok', 'Whether the pod is the inventory’s', ({ pod }) => pod === 'ok'),
    yes(
      'rota_node_sysctls_ok',
      'Whether the kernel parameters are as they should be',
      ({ sysctls }) => sysctls.every(({ value, wanted }) => value === wanted),
    ),
    family(
      'rota_check_passes',
      'Whether the health check passes on the node, run for this',
      nodes.flatMap(({ node, checks }) =>
        checks.map(({ name, passes }): Measurement => [{ node, check: name }, passes ? 1 : 0]),
      ),
    ),
  ];
}
