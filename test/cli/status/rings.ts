import { Failure } from '#engine/model/failure.ts';
import type { NodeStatus } from '#playbooks/node-status.ts';
import type { RingStatus } from '#playbooks/status.ts';

export const NOW = new Date('2026-11-24T10:00:00Z');

const IMAGE = `registry.example:5000/ocp/keepalived@sha256:${'0123456789abcdef'.repeat(4)}`;
const BIND = 'net.ipv6.ip_nonlocal_bind';

/** A node on which all is well. */
export function wellNode(node: string, holds: readonly string[]): NodeStatus {
  return {
    ...{ node, holds, running: 1, uptime: 7500, configuration: 'ok', pod: 'ok', image: IMAGE },
    checks: [{ name: 'chk_api_service', passes: true }],
    sysctls: [{ name: BIND, wanted: '1', value: '1' }],
  };
}

const PRIORITIES = [
  ['fd02::1', 'node1', 'node3', 'node2'],
  ['fd02::2', 'node2', 'node1', 'node3'],
  ['fd02::3', 'node3', 'node2', 'node1'],
] as const;

/** Three nodes, each with a VIP of its own, and its peers behind it. */
export function wellRing(): RingStatus {
  return {
    nodes: PRIORITIES.map(([vip, node]) => wellNode(node, [vip])),
    vips: PRIORITIES.map(([vip, holder, heir, last]) => ({
      ...{ vip, expected: holder, holders: [holder], heir, since: '2026-11-24T09:55:57Z' },
      parts: [holder, heir, last].map((node, at) => ({
        ...{ node, priority: [200, 150, 50][at] ?? 0, state: at === 0 ? 'MASTER' : 'BACKUP' },
        since: '2026-11-24T09:55:57Z',
      })),
    })),
    unable: [],
    findings: [],
  };
}

/** The same with a split brain, a node that is drained, one of which much is wrong, and one that is gone. */
export function brokenRing(): RingStatus {
  const { vips } = wellRing();
  const failure = new Failure('The connection was refused', {
    ...{ kind: 'unreachable', where: 'node4' },
  });
  return {
    nodes: [
      wellNode('node1', ['fd02::1']),
      {
        ...wellNode('node2', []),
        ...{ running: 0, uptime: 0, checks: [], pod: 'none' },
        drained: 'ada@desk at 2026-11-24T09:00:00Z',
      },
      {
        ...wellNode('node3', ['fd02::1']),
        ...{ running: 2, uptime: 5, configuration: 'pending', image: 'localhost/keepalived:old' },
        checks: [
          { name: 'chk_api_service', passes: false, reason: 'HTTP 503' },
          { name: 'chk_disk', passes: true },
        ],
        sysctls: [{ name: BIND, wanted: '1', value: '0' }],
        lease: { owner: 'bob@hut', run: 'R', since: '2026-11-24T09:59:00Z', what: 'deploy' },
      },
      {
        ...{ node: 'node4', failure, running: 0, uptime: 0, holds: [], checks: [], sysctls: [] },
        ...{ configuration: 'unknown', pod: 'unknown' },
      },
    ],
    vips: vips.map(({ since: _, heir: __, ...vip }) =>
      vip.vip === 'fd02::1'
        ? { ...vip, holders: ['node1', 'node3'] }
        : { ...vip, expected: undefined, holders: [] },
    ),
    unable: [
      { node: 'node2', why: ['drained'] },
      { node: 'node3', why: ['chk_api_service: HTTP 503'] },
    ],
    findings: [{ what: 'VIP fd02::1', expected: 'held by node1', seen: 'split brain' }],
  };
}
