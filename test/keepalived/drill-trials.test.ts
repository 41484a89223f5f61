import { describe, expect, test } from 'vitest';
import type { Fault } from '#engine/model/drill.ts';
import { drillTrials } from '#keepalived/drill-trials.ts';
import { guideNodes, someNodes } from './members.ts';

const fault: Fault = {
  title: 'stopped',
  on: 'host',
  cause: '',
  leastMs: 0,
  holdsOn: false,
};

function trials(
  ring: ReturnType<typeof someNodes>,
  {
    graceful = true,
    off = [] as readonly string[],
    vip,
  }: { graceful?: boolean; off?: readonly string[]; vip?: number } = {},
) {
  const able = new Set(ring.map(({ host }) => host.name).filter((name) => !off.includes(name)));
  const made = drillTrials(ring, {
    able,
    graceful,
    faultFor: () => fault,
    ...(vip ? { vip } : {}),
  });
  return made.map(
    ({ name: address, holder, successor, moves, boundMs }) =>
      `${address} ${holder} → ${successor} in ${Math.round(boundMs)} ms; moves ${moves.join(' ')}`,
  );
}

describe('the trials of a ring', () => {
  test('are one per VIP, with the next by priority and the time that VRRP gives it', () => {
    expect(trials(guideNodes())).toMatchInlineSnapshot(`
      [
        "fd02:9a01::1 node1 → node3 in 414 ms; moves fd02:9a01::1",
        "fd02:9a01::2 node2 → node1 in 414 ms; moves fd02:9a01::2",
        "fd02:9a01::3 node3 → node2 in 414 ms; moves fd02:9a01::3",
      ]
    `);
    expect(trials(guideNodes(), { graceful: false, vip: 2 })).toMatchInlineSnapshot(`
      [
        "fd02:9a01::2 node2 → node1 in 3414 ms; moves fd02:9a01::2",
      ]
    `);
  });

  test('let all VIPs of a node move with the one that is tried', () => {
    expect(trials(someNodes(2, { vrrp_vips: 3 }))).toMatchInlineSnapshot(`
      [
        "fd02:9a01::1 n1 → n2 in 414 ms; moves fd02:9a01::1 fd02:9a01::3",
        "fd02:9a01::2 n2 → n1 in 414 ms; moves fd02:9a01::2",
        "fd02:9a01::3 n1 → n2 in 414 ms; moves fd02:9a01::1 fd02:9a01::3",
      ]
    `);
  });

  test('count on no node that is off duty', () => {
    expect(trials(guideNodes(), { off: ['node3'] })).toMatchInlineSnapshot(`
      [
        "fd02:9a01::1 node1 → node2 in 805 ms; moves fd02:9a01::1",
        "fd02:9a01::2 node2 → node1 in 414 ms; moves fd02:9a01::2 fd02:9a01::3",
        "fd02:9a01::3 node2 → node1 in 805 ms; moves fd02:9a01::2 fd02:9a01::3",
      ]
    `);
  });

  test('are refused where nobody could take over, and for a VIP that is not there', () => {
    expect(() => trials(someNodes(1))).toThrow('No other node could take the VIP over');
    expect(() => trials(guideNodes(), { off: ['node1', 'node2'] })).toThrow('No other node');
    expect(() => trials(guideNodes(), { vip: 4 })).toThrow('The ring has no VIP of that number');
  });
});
