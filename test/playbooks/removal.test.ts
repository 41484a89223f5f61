import { expect, test } from 'vitest';
import { Answers } from '#engine/model/answers.ts';
import { Failure } from '#engine/model/failure.ts';
import { stayingOf } from '#playbooks/departure.ts';
import { affectedBy, emptied, holdingReads, outages, vipsLost } from '#playbooks/removal.ts';
import { guideNodes, members, someNodes } from '../keepalived/members.ts';

const named = (nodes: ReturnType<typeof someNodes>) => nodes.map(({ host }) => host.name);

test('only the rings that nodes leave are concerned', () => {
  const two = members({
    a1: { vrrp_mac: '02:00:00:00:00:01', vrrp_virt: 1 },
    b1: { vrrp_mac: '02:00:00:00:00:02', vrrp_virt: 2 },
    a2: { vrrp_mac: '02:00:00:00:00:03', vrrp_virt: 1 },
  });
  expect(named(affectedBy(new Set(['a2']), two))).toEqual(['a1', 'a2']);
  expect(emptied(new Set(['b1']), two).map(({ where }) => where)).toEqual(['b1']);
  expect(emptied(new Set(['a2']), two)).toEqual([]);
});

test('who stays has an order of peers without those who leave', () => {
  const nodes = someNodes(3, { vrrp_peer_order: ['n3', 'n1', 'n2'] });
  const staying = stayingOf(new Set(['n1']), nodes);
  expect(staying.map(({ host, vars }) => [host.name, vars.vrrp_peer_order])).toEqual([
    ['n2', ['n3', 'n2']],
    ['n3', ['n3', 'n2']],
  ]);
});

test('VIPs go with a node where there are as many as nodes, and are named', () => {
  expect(vipsLost(new Set(['n4']), someNodes(4))).toEqual(['fd02:9a01::4']);
  expect(vipsLost(new Set(['n4']), someNodes(4, { vrrp_vips: 3 }))).toEqual([]);
});

test('all is only taken down while VIPs are held when that is allowed', () => {
  const nodes = guideNodes();
  const read = holdingReads(nodes).interfaces;
  const look = (addresses: readonly string[]) =>
    new Answers(
      new Map([
        [
          read.key,
          {
            fact: { names: ['srvc0'], addresses: addresses.map((address) => ({ address })) },
            status: 0,
            bytes: Buffer.alloc(0),
          },
        ],
      ]),
    );
  const found = outages(
    nodes,
    new Map<string, Answers | Failure>([
      ['node1', look(['fe80::1', 'fd02:9a01::1', 'fd02:9a01::2'])],
      ['node2', look(['fd02:9a01::549f:3509:8eac'])],
      ['node3', new Failure('A question to the host failed')],
    ]),
  );
  expect(found.map(({ message, where, ran }) => [message, where, ran])).toEqual([
    ['The node holds VIPs, which would go away', 'node1', 'fd02:9a01::1, fd02:9a01::2'],
    ['A question to the host failed', undefined, undefined],
  ]);
});
