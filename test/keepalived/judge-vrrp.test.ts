import { expect, test } from 'vitest';
import { Failure } from '#engine/model/failure.ts';
import { judgeRing } from '#keepalived/judge-ring.ts';
import type { Advert } from '#keepalived/reads/adverts.ts';
import type { VipSample } from '#keepalived/reads/vip-sample.ts';
import type { VrrpProbe } from '#keepalived/reads/vrrp-probe.ts';
import type { VrrpState } from '#keepalived/reads/vrrp-state.ts';
import { guideNodes } from './members.ts';
import { wholeLooks, wholeProbe, words } from './node-samples.ts';

const nodes = guideNodes();

/** What is found in a whole ring, once the probe of one node is another. */
function findings(
  index: number,
  change: (probe: VrrpProbe) => VrrpProbe | Failure,
): readonly string[] {
  const samples = wholeLooks(nodes).map((sample, at) => {
    const probe = wholeProbe(sample.member, nodes);
    return { ...sample, probe: at === index ? change(probe) : probe };
  });
  return words(judgeRing(samples));
}

/** A change to the later state of one instance. */
function later(name: string, more: Partial<VrrpState>) {
  return (probe: VrrpProbe): VrrpProbe => {
    if (probe.told.by !== 'keepalived') throw new Error('it tells');
    const after = probe.told.after.map((state) =>
      state.name === name ? { ...state, ...more } : state,
    );
    return { ...probe, told: { ...probe.told, after } };
  };
}

test('a whole ring has no findings', () => {
  expect(findings(0, (probe) => probe)).toEqual([]);
});

test.for<[string, number, (probe: VrrpProbe) => VrrpProbe | Failure, string]>([
  [
    'a holder at fault',
    0,
    later('VI_1', { state: 'FAULT' }),
    'VI_1 on node1: expected MASTER, seen FAULT',
  ],
  [
    'a second master',
    1,
    later('VI_1', { state: 'MASTER' }),
    'VI_1 on node2: expected BACKUP, seen MASTER',
  ],
  [
    'another priority than was loaded',
    1,
    later('VI_1', { priority: 49 }),
    'VI_1 on node2: expected priority 50, seen 49',
  ],
  [
    'a master without its address set',
    0,
    later('VI_1', { vipSet: false }),
    'VIP fd02:9a01::1 on node1: expected set by keepalived, seen not set by it',
  ],
  [
    'a master that is silent',
    0,
    later('VI_1', { sent: 100 }),
    'VI_1 on node1: expected to send adverts, seen none sent',
  ],
  [
    'a backup that sends',
    1,
    later('VI_1', { sent: 1 }),
    'VI_1 on node2: expected to send no adverts, seen adverts sent, as a master does',
  ],
  [
    'a backup that hears nothing',
    1,
    later('VI_1', { received: 100 }),
    'VI_1 on node2: expected adverts from node1, seen none received',
  ],
  [
    'a backup that hears another',
    1,
    later('VI_1', { masterPriority: 150 }),
    'VI_1 on node2: expected a master of priority 200, node1, seen 150',
  ],
  [
    'a change of state',
    1,
    later('VI_1', { transitions: '2 1 6.5' }),
    'VI_1 on node2: expected to stay as it is, seen a change of its state while it was looked at',
  ],
  [
    'adverts that are refused',
    1,
    later('VI_1', { errors: { addr_list_err: 2 } }),
    'VI_1 on node2: expected adverts without errors, seen addr_list_err grown by 2',
  ],
  [
    'an instance that was not taken',
    1,
    (probe) => ({ ...probe, told: { by: 'keepalived', before: [], after: [] } }),
    'VI_1 on node2: expected to be loaded, seen absent from what keepalived says of itself',
  ],
  [
    'a keepalived that does not answer',
    1,
    (probe) => ({ ...probe, told: { by: 'nobody', reason: 'silent' } }),
    'keepalived on node2: expected to tell its state, seen silent',
  ],
  [
    'a sample that failed',
    1,
    () => new Failure('The connection was lost'),
    'keepalived on node2: expected an answer, seen the connection was lost',
  ],
  [
    'a stranger among the peers',
    1,
    (probe) => ({
      ...probe,
      refusals: ['(VI_1) unicast source address fd02:9a01::c not a unicast peer'],
    }),
    'keepalived on node2: expected to hear its peers alone, seen (VI_1) unicast source address fd02:9a01::c not a unicast peer',
  ],
])('one finding names %s', ([, index, change, expected]) => {
  expect(findings(index, change)[0]).toBe(expected);
});

test('an address without a master, and a master without its address, are findings', () => {
  const samples = wholeLooks(nodes).map((sample, index) => {
    const seen = sample.seen as VipSample;
    const probe = wholeProbe(sample.member, nodes);
    return index === 0
      ? { ...sample, probe, seen: { ...seen, addresses: seen.addresses.slice(0, 1) } }
      : { ...sample, probe };
  });
  expect(words(judgeRing(samples))).toEqual([
    'VIP fd02:9a01::1: expected held by node1, seen held by no node',
    'VIP fd02:9a01::1 on node1: expected there, since keepalived is MASTER, seen absent',
  ]);
});

test('a keepalived that was built without JSON is not judged by it', () => {
  expect(
    findings(0, (probe) => ({ ...probe, told: { by: 'nobody', reason: 'built without JSON' } })),
  ).toEqual([]);
});

test('a foreign router is named by its router id and address, once, however many hear it', () => {
  const advert = (more: Partial<Advert> = {}): Advert => ({
    source: 'fe80::f',
    destination: 'ff02::12',
    routerId: 10,
    priority: 77,
    ...more,
  });
  const samples = (heard: readonly Advert[]) =>
    wholeLooks(nodes).map((sample) => ({
      ...sample,
      probe: { ...wholeProbe(sample.member, nodes), heard },
    }));
  expect(words(judgeRing(samples([advert(), advert()])))).toEqual([
    'VRID 10: expected used by the ring alone, seen adverts from fe80::f with priority 77, heard on node1, node2, node3',
  ]);
  const ours = 'fd02:9a01::90b1:1c26:6aa2';
  expect(
    words(
      judgeRing(
        samples([
          advert({ source: ours }),
          advert({ routerId: 40 }),
          advert({ destination: 'fd02:9a01::77' }),
          advert({ source: '192.0.2.7', destination: '224.0.0.18' }),
        ]),
      ),
    ),
  ).toEqual([]);
  expect(words(judgeRing(samples([advert({ destination: ours })])))).toEqual([
    'VRID 10: expected used by the ring alone, seen adverts from fe80::f with priority 77, heard on node1',
  ]);
});
