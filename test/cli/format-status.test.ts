import { expect, test } from 'vitest';
import { Failure } from '#engine/model/failure.ts';
import { formatRing } from '../../cli/commands/status.ts';

const NOW = new Date('2026-11-24T10:00:00Z');
const RUNS = { running: 1, configuration: 'ok', pod: 'ok' } as const;

test('a ring is shown by its nodes, its VIPs, and what is wrong', () => {
  const gone = new Failure('The connection was refused', { kind: 'unreachable', where: 'node4' });
  const text = formatRing(
    {
      nodes: [
        { node: 'node1', ...RUNS, uptime: 3600, holds: ['fd02::1', 'fd02::2'] },
        {
          node: 'node2',
          ...{ running: 0, uptime: 0, holds: [], configuration: 'ok', pod: 'none' },
          drained: 'ada@desk at 2026-11-24T09:00:00Z',
        },
        {
          node: 'node3',
          ...{ ...RUNS, running: 2, uptime: 5, holds: [], configuration: 'not in force' },
          lease: { owner: 'bob@hut', run: 'R', since: '2026-11-24T09:59:00Z', what: 'deploy' },
        },
        {
          node: 'node4',
          failure: gone,
          ...{ running: 0, uptime: 0, holds: [], configuration: 'unknown', pod: 'unknown' },
        },
      ],
      vips: [
        { vip: 'fd02::1', expected: 'node1', holders: ['node1', 'node3'] },
        { vip: 'fd02::2', expected: undefined, holders: [] },
      ],
      findings: [{ what: 'VIP fd02::1', expected: 'held by node1', seen: 'split brain' }],
    },
    NOW,
  );
  expect(text).toMatchInlineSnapshot(`
    "ring of node1, node2, node3 and node4

    node   keepalived                             holds            configuration  pod   drained by                        changed by
    node1  since 2026-11-24T09:00:00Z             fd02::1 fd02::2  ok             ok
    node2  not running                            -                ok             none  ada@desk at 2026-11-24T09:00:00Z
    node3  2 run, one since 2026-11-24T09:59:55Z  -                not in force   ok                                      bob@hut: deploy R since 2026-11-24T09:59:00Z
    node4  unreachable

    VIP      expected on  held by
    fd02::1  node1        node1 and node3
    fd02::2  no node      none of those that answered

    ✖ The connection was refused
      where  node4

    VIP fd02::1: expected held by node1, seen split brain"
  `);
});
