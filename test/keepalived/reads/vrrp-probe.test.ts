import { expect, test } from 'vitest';
import { vrrpProbe } from '#keepalived/reads/vrrp-probe.ts';
import { parseState } from '#keepalived/reads/vrrp-state.ts';

/** As keepalived 2.2.7 writes it, shortened. */
const DUMP =
  '[{"data":{"iname":"VI_1","ifp_ifname":"srvc0","master_priority":0,"last_transition":1795565252.824259,"vrid":10,"base_priority":200,"effective_priority":200,"vipset":true,"state":2,"wantstate":2,"vips":["fd02:9a01::1\\/64 dev srvc0 scope global deprecated set"]},"stats":{"advert_rcvd":0,"advert_sent":53,"become_master":1,"release_master":0,"packet_len_err":0,"addr_list_err":2,"pri_zero_rcvd":0}}]';

const VI_1 = {
  name: 'VI_1',
  state: 'MASTER',
  vipSet: true,
  priority: 200,
  masterPriority: 0,
  sent: 53,
  received: 0,
  transitions: '1 0 1795565252.824259',
  lastTransition: 1795565252.824259,
  errors: { packet_len_err: 0, addr_list_err: 2 },
};

test('both shapes of a dump say the same, and a part of one says nothing', () => {
  expect(parseState(DUMP)).toEqual([VI_1]);
  expect(parseState(`{"vrrp":${DUMP}}`)).toEqual([VI_1]);
  expect(parseState(DUMP.slice(0, -5))).toBeUndefined();
  expect(parseState('{}')).toBeUndefined();
});

function parse(lines: readonly string[]) {
  const stdout = lines.join('\n');
  return vrrpProbe('srvc0').parse({ status: 0, bytes: Buffer.from(stdout), stdout, stderr: '' });
}

test('a node’s answer is keepalived’s two dumps, and the adverts that were heard', () => {
  expect(
    parse([
      `before ${DUMP}`,
      `after ${DUMP}`,
      'heard listening on srvc0, link-type EN10MB (Ethernet), snapshot length 262144 bytes',
      'heard 00:16:27.403615 IP6 fe80::b059:9eff:fe16:daf8 > ff02::12: VRRPv3, Advertisement, vrid 10, prio 77, intvl 100cs, length 24',
      'heard 00:16:38.901524 06:00:00:00:00:0c > 06:00:00:00:00:0a, ethertype IPv6 (0x86dd), length 78: fd02:9a01::c > fd02:9a01::a: VRRPv3, Advertisement, (ttl 64), vrid 10, prio 77, intvl 100cs, length 24',
      'heard 00:16:39.1 06:00:00:00:00:07 > 01:00:5e:00:00:12, ethertype IPv4 (0x0800), length 54: 192.0.2.7 > 224.0.0.18: VRRPv2, Advertisement, vrid 51, prio 100, authtype none, intvl 1s, length 20',
      'heard 00:16:39.2 06:00:00:00:00:99 > 06:00:00:00:00:0a, ethertype IPv6 (0x86dd), length 86: fd02:9a01::1 > fd02:9a01::a: ICMP6, neighbor advertisement, tgt is fd02:9a01::1, length 32',
      'heard 00:16:39.3 06:00:00:00:00:98 > 06:00:00:00:00:0a, ethertype ARP (0x0806), length 42: Reply 192.0.2.101 is-at 06:00:00:00:00:98, length 28',
      'refused (VI_1) unicast source address fd02:9a01::c not a unicast peer',
    ]),
  ).toEqual({
    told: { by: 'keepalived', before: [VI_1], after: [VI_1] },
    heard: [
      { source: 'fe80::b059:9eff:fe16:daf8', destination: 'ff02::12', routerId: 10, priority: 77 },
      { source: 'fd02:9a01::c', destination: 'fd02:9a01::a', routerId: 10, priority: 77 },
      { source: '192.0.2.7', destination: '224.0.0.18', routerId: 51, priority: 100 },
    ],
    claims: [
      { address: 'fd02:9a01::1', mac: '06:00:00:00:00:99' },
      { address: '192.0.2.101', mac: '06:00:00:00:00:98' },
    ],
    deaf: undefined,
    refusals: ['(VI_1) unicast source address fd02:9a01::c not a unicast peer'],
  });
});

test.for([
  [['told silent', 'heard it has no tcpdump'], 'silent', 'it has no tcpdump'],
  [
    ['told built without JSON', 'heard tcpdump: srvc0: No such device exists', 'heard '],
    'built without JSON',
    'tcpdump: srvc0: No such device exists',
  ],
  [['told not running', 'heard listening on srvc0'], 'not running', undefined],
  [[`before ${DUMP}`, 'after [{', 'heard listening on srvc0'], 'silent', undefined],
] as const)('who tells nothing, or hears nothing, says why: %j', ([lines, reason, deaf]) => {
  expect(parse(lines)).toEqual({
    told: { by: 'nobody', reason },
    heard: [],
    claims: [],
    deaf,
    refusals: [],
  });
});
