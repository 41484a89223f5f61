import { describe, expect, test } from 'vitest';
import { Failure } from '#engine/model/failure.ts';
import { judgeRing } from '#keepalived/judge-ring.ts';
import { nodeAddress } from '#keepalived/node-address.ts';
import type { NodeSample } from '#keepalived/node-sample.ts';
import type { HeldAddress } from '#keepalived/reads/addresses.ts';
import type { VipSample } from '#keepalived/reads/vip-sample.ts';
import { KeepalivedVars } from '#keepalived/vars.ts';

const MACS = ['90:b1:1c:26:6a:a2', '54:9f:35:09:8e:ac', '18:66:da:e6:46:74'];
const VIPS = ['fd02:9a01::1', 'fd02:9a01::2', 'fd02:9a01::3'];
const LINKS = ['02:00:00:00:00:01', '02:00:00:00:00:02', '02:00:00:00:00:03'];

type Change = (samples: Record<string, VipSample>) => void;

function held(address: string, more: Partial<HeldAddress> = {}): HeldAddress {
  return { address, interface: 'srvc0', prefixLength: 64, usable: true, ...more };
}

/** A whole ring of three, after a change to what was seen of it. */
function findingsAfter(
  change: Change,
  unreachable: readonly string[] = [],
  vars: (index: number) => Record<string, unknown> = () => ({}),
) {
  const members = MACS.map((mac, index) => ({
    host: {
      name: `node${index + 1}`,
      groups: [],
      variables: new Map(),
      connection: { transport: 'ssh' as const, address: '', port: 22, user: 'root' },
      origin: { file: 'i.yaml', line: 1, column: 1 },
    },
    vars: KeepalivedVars.parse({
      ...{ vrrp_mac: mac, vrrp_fabric_id: 666, vrrp_virt: 1 },
      ...vars(index),
    }),
  }));
  const samples = Object.fromEntries(
    members.map(({ host, vars }, index): [string, VipSample] => [
      host.name,
      {
        running: 1,
        uptime: 100,
        addresses: [held(nodeAddress(vars)), held(VIPS[index] ?? '')],
        mac: LINKS[index] ?? '',
        checks: { chk_api_service: true },
        statuses: {},
        answers: {},
        reached: VIPS,
        reachable: [],
        neighbours: Object.fromEntries(
          VIPS.map((vip, at) => [vip, LINKS[at] ?? '']).filter((_, at) => at !== index),
        ),
        log: [],
      },
    ]),
  );
  change(samples);
  const looks: readonly NodeSample[] = members.map((member) => ({
    member,
    ring: members,
    mustRun: true,
    seen: unreachable.includes(member.host.name)
      ? new Failure('The connection was refused')
      : (samples[member.host.name] as VipSample),
  }));
  return judgeRing(looks).map(
    ({ what, expected, seen }) => `${what}: expected ${expected}, seen ${seen}`,
  );
}

function edit(name: string, more: Partial<VipSample>): Change {
  return (samples) => {
    Object.assign(samples[name] as VipSample, more);
  };
}

function give(name: string, address: HeldAddress): Change {
  return (samples) => {
    const sample = samples[name] as VipSample;
    Object.assign(sample, { addresses: [...sample.addresses, address] });
  };
}

function take(name: string, address: string): Change {
  return (samples) => {
    const sample = samples[name] as VipSample;
    Object.assign(sample, {
      addresses: sample.addresses.filter((held) => held.address !== address),
    });
  };
}

function all(...changes: readonly Change[]): Change {
  return (samples) => {
    for (const change of changes) change(samples);
  };
}

test('a whole ring has no findings', () => {
  expect(findingsAfter(() => undefined)).toEqual([]);
});

describe('one finding names', () => {
  test.for<[string, Change, readonly string[]]>([
    [
      'a split brain',
      give('node2', held('fd02:9a01::1')),
      ['VIP fd02:9a01::1: expected held by node1, seen split brain: held by node1 and node2'],
    ],
    [
      'a VIP that nobody holds',
      take('node1', 'fd02:9a01::1'),
      ['VIP fd02:9a01::1: expected held by node1, seen held by no node'],
    ],
    [
      'a VIP on the wrong node',
      all(take('node1', 'fd02:9a01::1'), give('node3', held('fd02:9a01::1'))),
      ['VIP fd02:9a01::1: expected held by node1, seen held by node3'],
    ],
    [
      'a stale VIP',
      edit('node1', { running: 0, uptime: 0 }),
      [
        'keepalived on node1: expected to run, seen not running',
        'VIP fd02:9a01::1: expected held by node3, seen stale on node1, where no keepalived runs',
      ],
    ],
    [
      'a wrong interface',
      all(
        take('node1', 'fd02:9a01::1'),
        give('node1', held('fd02:9a01::1', { interface: 'eth0' })),
      ),
      ['VIP fd02:9a01::1 on node1: expected on srvc0, seen on eth0'],
    ],
    [
      'a wrong prefix length',
      all(
        take('node1', 'fd02:9a01::1'),
        give('node1', held('fd02:9a01::1', { prefixLength: 128 })),
      ),
      ['VIP fd02:9a01::1 on node1: expected prefix length 64, seen 128'],
    ],
    [
      'a VIP that is tentative',
      all(take('node1', 'fd02:9a01::1'), give('node1', held('fd02:9a01::1', { usable: false }))),
      ['VIP fd02:9a01::1 on node1: expected usable, seen tentative, or a duplicate'],
    ],
    [
      'a VIP that does not answer',
      edit('node2', { reached: ['fd02:9a01::2', 'fd02:9a01::3'] }),
      ['VIP fd02:9a01::1 from node2: expected answered by node1, seen no answer'],
    ],
    [
      'a VIP that another machine answers for',
      edit('node2', {
        reachable: [],
        neighbours: { 'fd02:9a01::1': '02:66', 'fd02:9a01::3': '02:00:00:00:00:03' },
      }),
      [
        "VIP fd02:9a01::1 from node2: expected 02:00:00:00:00:01, node1's, in the neighbour table, seen 02:66",
      ],
    ],
    [
      'two keepaliveds',
      edit('node1', { running: 2 }),
      ['keepalived on node1: expected to run once, seen running 2 times'],
    ],
    [
      'a pod that has just been restarted',
      edit('node1', { uptime: 0.4 }),
      ['keepalived on node1: expected to keep running, seen started 0.4 s ago'],
    ],
    [
      'a failing check, and who holds its VIP instead',
      edit('node1', { checks: { chk_api_service: false } }),
      [
        'chk_api_service on node1: expected to pass, seen failing',
        'VIP fd02:9a01::1: expected held by node3, seen held by node1',
      ],
    ],
    [
      'a missing interface',
      all(edit('node1', { mac: '' }), take('node1', 'fd02:9a01::90b1:1c26:6aa2')),
      [
        'interface srvc0 of node1: expected to be there, seen absent',
        'VIP fd02:9a01::1: expected held by node3, seen held by node1',
      ],
    ],
  ])('%s', ([, change, expected]) => {
    expect(findingsAfter(change)).toEqual(expected);
  });
});

test('a ring whose checks all fail should hold no VIP', () => {
  const failing = { checks: { chk_api_service: false } };
  const change = all(
    ...['node1', 'node2', 'node3'].map((name, index) =>
      all(edit(name, failing), take(name, VIPS[index] ?? '')),
    ),
  );
  expect(findingsAfter(change)).toEqual([
    'chk_api_service on node1: expected to pass, seen failing',
    'chk_api_service on node2: expected to pass, seen failing',
    'chk_api_service on node3: expected to pass, seen failing',
  ]);
});

test('a node out of reach is a finding, and the others are judged without it', () => {
  const NO_ANSWER = 'keepalived on node1: expected an answer, seen the connection was refused';
  const unanswered = ['node2', 'node3'].map((name) => edit(name, { reached: VIPS.slice(1) }));
  expect(findingsAfter(all(...unanswered), ['node1'])).toEqual([
    NO_ANSWER,
    'VIP fd02:9a01::1: expected held by node3, seen held by no node',
  ]);
  // Somebody answers for it, which node1 may be.
  expect(findingsAfter(() => undefined, ['node1'])).toEqual([NO_ANSWER]);
});

describe('in a ring of both families', () => {
  const VIP4 = held('192.0.2.101', { prefixLength: 24 });
  const OWN4 = (index: number) => `192.0.2.${index + 11}`;
  const ipv4 = (index: number) => ({ vrrp_address4: OWN4(index), vrrp_vips4: [VIP4.address] });

  /** node1 holds the one IPv4 VIP, and the others reach it. */
  const give4: Change = (samples) => {
    for (const [index, [name, sample]] of Object.entries(samples).entries()) {
      give(name, held(OWN4(index), { prefixLength: 24 }))(samples);
      edit(name, {
        reached: [...sample.reached, VIP4.address],
        reachable: [],
        neighbours: { ...sample.neighbours, [VIP4.address]: LINKS[0] ?? '' },
      })(samples);
    }
    give('node1', VIP4)(samples);
  };

  test.for<[string, Change, readonly string[]]>([
    ['a whole one has no findings', () => undefined, []],
    [
      'an IPv4 VIP has the prefix length of its own family',
      all(take('node1', VIP4.address), give('node1', { ...VIP4, prefixLength: 64 })),
      ['VIP 192.0.2.101 on node1: expected prefix length 24, seen 64'],
    ],
    [
      'an IPv4 VIP is held once',
      give('node2', VIP4),
      ['VIP 192.0.2.101: expected held by node1, seen split brain: held by node1 and node2'],
    ],
    [
      'a node without its IPv4 address is not able to hold any VIP',
      all(take('node1', OWN4(0)), take('node1', VIP4.address), give('node3', VIP4)),
      [
        '192.0.2.11 of node1: expected on srvc0, seen absent',
        'VIP fd02:9a01::1: expected held by node3, seen held by node1',
        "VIP 192.0.2.101 from node1: expected 02:00:00:00:00:03, node3's, in the neighbour table, seen 02:00:00:00:00:01",
        "VIP 192.0.2.101 from node2: expected 02:00:00:00:00:03, node3's, in the neighbour table, seen 02:00:00:00:00:01",
      ],
    ],
  ])('%s', ([, change, expected]) => {
    expect(findingsAfter(all(give4, change), [], ipv4)).toEqual(expected);
  });
});
