import { expect, test } from 'vitest';
import { reveal } from '#engine/model/secret.ts';
import { acceptedChecks, type Expectation, judgeRing } from '#keepalived/judge-ring.ts';
import type { NodeSample } from '#keepalived/node-sample.ts';
import type { VipSample } from '#keepalived/reads/vip-sample.ts';
import { renderConfig } from '#keepalived/render-config.ts';
import { guideNodes } from './members.ts';
import { held, wholeLooks, words } from './node-samples.ts';

const nodes = guideNodes();
const LOADED: Expectation = { basis: 'loaded' };

/** The looks at a whole ring, after a change to one of them. */
function looksWith(
  index: number,
  change: (sample: NodeSample, seen: VipSample) => Partial<NodeSample>,
  of = nodes,
): readonly NodeSample[] {
  return wholeLooks(of).map((sample, at) =>
    at === index ? { ...sample, ...change(sample, sample.seen as VipSample) } : sample,
  );
}

function judge(samples: readonly NodeSample[], expectation = LOADED): readonly string[] {
  return words(judgeRing(samples, expectation));
}

test('a ring that has loaded what it should is whole', () => {
  expect(judge(wholeLooks(nodes))).toEqual([]);
});

test('what the nodes have loaded says who should hold a VIP, whatever the inventory says', () => {
  const turned = guideNodes({ vrrp_ladder: [50, 150, 200] });
  const samples = wholeLooks(nodes).map((sample, index) => ({
    ...sample,
    member: turned[index] ?? sample.member,
    ring: turned,
  }));
  expect(judge(samples)).toEqual([]);
  expect(judge(samples, { basis: 'desired' })).toHaveLength(3);
});

test('in a mixed state each node counts with its own, and between equals the holder stays', () => {
  const turned = guideNodes({ vrrp_ladder: [100, 150, 200] });
  const [first] = turned;
  if (first === undefined) throw new Error('a ring has nodes');
  const configuration = reveal(renderConfig(first, turned));
  const samples = looksWith(0, ({ process }) => ({
    process: { running: 1, others: [], isLoaded: true, pod: process?.pod ?? '', configuration },
  }));
  // Node 1 has 100 for VIP 1 now, where node 3 has 150; and 200 for VIP 3, as node 3 has.
  expect(judge(samples)).toEqual(['VIP fd02:9a01::1: expected held by node3, seen held by node1']);
});

test('a node that has read a configuration, and runs with an older one, is told by that', () => {
  const samples = looksWith(0, ({ process }) => ({
    process: process && { ...process, isLoaded: false },
  }));
  expect(judge(samples)).toEqual([
    'keepalived on node1: expected to have loaded what it has read, seen an older configuration',
  ]);
});

test('a node on which nothing runs is not expected to, unless it must', () => {
  const nothing = (mustRun: boolean) =>
    wholeLooks(nodes).map(
      (sample): NodeSample => ({
        ...sample,
        mustRun,
        process: { running: 0, others: [], isLoaded: true, pod: '', configuration: undefined },
        seen: { ...(sample.seen as VipSample), running: 0, addresses: [], checks: {} },
      }),
    );
  expect(judge(nothing(false))).toEqual([]);
  expect(judge(nothing(true))).toEqual([
    'keepalived on node1: expected to run, seen not running',
    'keepalived on node2: expected to run, seen not running',
    'keepalived on node3: expected to run, seen not running',
  ]);
});

test('a VIP that only the inventory knows is not missed', () => {
  const more = guideNodes({ vrrp_vips: 4 });
  const samples = wholeLooks(nodes).map((sample, index) => ({
    ...sample,
    member: more[index] ?? sample.member,
    ring: more,
  }));
  expect(judge(samples)).toEqual([]);
});

test('a VIP that no node has configured is held by none, and one that has gone is held nowhere', () => {
  const gone = 'fd02:9a01::9';
  const samples = looksWith(1, (_, seen) => ({
    seen: { ...seen, addresses: [...seen.addresses, held(gone)] },
  }));
  expect(judge(samples)).toEqual([]);
  expect(judge(samples, { ...LOADED, gone: [gone] })).toEqual([
    'VIP fd02:9a01::9: expected held by no node, since none has it in its configuration, seen held by node2',
  ]);
});

test('a health check of the inventory says nothing of a node that runs another one', () => {
  const others = guideNodes({
    keepalived_checks: [{ name: 'chk_api_service', command: ['/usr/bin/false'] }],
  });
  const samples = wholeLooks(nodes).map((sample, index) => ({
    ...sample,
    member: others[index] ?? sample.member,
    ring: others,
    seen: { ...(sample.seen as VipSample), checks: { chk_api_service: false } },
  }));
  expect(judge(samples)).toEqual([]);
});

test('a drained node must hold nothing and run nothing, and need not run', () => {
  const drained = 'ada@desk at 2026-11-24T10:00:00Z';
  const gone = looksWith(0, (_, seen) => ({
    drained,
    process: { running: 0, others: [], isLoaded: true, pod: '', configuration: undefined },
    seen: { ...seen, running: 0, addresses: seen.addresses.slice(0, 1), checks: {} },
  })).map((sample, index): NodeSample => {
    const seen = sample.seen as VipSample;
    const neighbours = { ...seen.neighbours, 'fd02:9a01::1': '02:00:00:00:00:03' };
    const addresses = index === 2 ? [...seen.addresses, held('fd02:9a01::1')] : seen.addresses;
    return { ...sample, seen: { ...seen, neighbours, addresses } };
  });
  expect(judge(gone, { basis: 'desired' })).toEqual([]);
  expect(
    judge(
      looksWith(0, () => ({ drained })),
      { basis: 'desired' },
    ),
  ).toEqual([
    'keepalived on node1: expected not to run, since the node was drained by ada@desk at 2026-11-24T10:00:00Z, seen running',
    'VIP fd02:9a01::1: expected held by node3, seen held by node1',
  ]);
});

test('a check that fails on every node is accepted for a first start, and nobody has to hold a VIP', () => {
  const bootstrap = { ...LOADED, bootstrap: true };
  const failing = (count: number) =>
    wholeLooks(nodes).map(
      (sample, index): NodeSample => ({
        ...sample,
        seen: {
          ...(sample.seen as VipSample),
          addresses: (sample.seen as VipSample).addresses.slice(0, 1),
          checks: { chk_api_service: index >= count },
        },
      }),
    );
  expect(judge(failing(3), bootstrap)).toEqual([]);
  expect(acceptedChecks(failing(3), bootstrap)).toEqual(new Set(['chk_api_service']));
  expect(acceptedChecks(failing(2), bootstrap)).toEqual(new Set());
  expect(judge(failing(2), bootstrap)).toContain(
    'chk_api_service on node1: expected to pass, seen failing',
  );
});

test('a node that was not looked at keeps its place in the ring', () => {
  const samples = wholeLooks(nodes).slice(1);
  const all = samples.map((sample, index): NodeSample => {
    const seen = sample.seen as VipSample;
    const addresses = index === 1 ? [...seen.addresses, held('fd02:9a01::1')] : seen.addresses;
    const neighbours = { ...seen.neighbours, 'fd02:9a01::1': '02:00:00:00:00:03' };
    return { ...sample, seen: { ...seen, addresses, neighbours } };
  });
  // Node 3 comes after node 1 for VIP 1; in a ring of the other two it would be node 2.
  expect(judge(all, { basis: 'desired' })).toEqual([]);
});
