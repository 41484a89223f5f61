import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Continuity } from '#engine/model/rollout.ts';
import { describeInLab } from './support/lab.ts';
import { ownersInTurn } from './support/owners.ts';
import { HANDOVER_MS, startProbes, THREE_ADVERTS_MS } from './support/probe.ts';
import { NODES, vipsOn, wholeRing } from './support/ring.ts';
import { ended } from './support/test-lab.ts';
import { until } from './support/until.ts';
import { Watching } from './support/watching.ts';

const VIPS = ['fd02:9a01::1', 'fd02:9a01::2', 'fd02:9a01::3'] as const;
const MANIFESTS = '/etc/kubernetes/manifests';
/** A second and more of probes from both nodes that do not hold a VIP. */
const SOME_SAMPLES = 60;

describeInLab('watching a ring', { beginsWith: 'ring' }, (testLab) => {
  let inventory = '';
  let watching: Watching;
  const on = (place: string, script: string) => testLab.lab.run(place, script);

  beforeAll(async () => {
    inventory = testLab.inventory();
    watching = await Watching.start(testLab, inventory);
  });
  afterAll(async () => await watching[Symbol.asyncDispose]());

  async function holds(node: string, vip: string): Promise<boolean> {
    return (await vipsOn(testLab.lab, node)).includes(vip);
  }

  /** What was seen since the mark, once every VIP has been probed for a while after this moment. */
  async function settled(): Promise<readonly Continuity[]> {
    const before = (await watching.seen()).vips.map(({ samples }) => samples);
    const { answer } = await until(async () => {
      const { vips } = await watching.seen();
      const isEnough = vips.every(({ samples }, at) => samples > (before[at] ?? 0) + SOME_SAMPLES);
      return isEnough && vips;
    });
    return answer;
  }

  const ownersOf = (vip: Continuity | undefined) => vip && ownersInTurn(vip);

  /** The nodes count late answers as lost, too: of a busy machine there are some. */
  function noneWasMissed(vips: readonly (Continuity | undefined)[]): void {
    for (const vip of vips) expect(vip?.longestGapMs).toBeLessThan(HANDOVER_MS);
  }

  const whole = () => wholeRing(testLab);

  /** The longest time between two answers that the client of the fabric gets from a VIP meanwhile. */
  async function gapSeenByClient(vip: string, work: () => Promise<void>): Promise<number> {
    const [nsenter = '', ...prefix] = testLab.lab.prefix('client');
    const ping = spawn(nsenter, [...prefix, 'ping', '-6', '-n', '-D', '-i', '0.02', vip]);
    const output = ended(ping);
    await once(ping.stdout, 'data');
    await work();
    ping.kill('SIGINT');
    const times = [...(await output).stdout.matchAll(/^\[([\d.]+)\] \d+ bytes/gm)].map(([, at]) =>
      Number(at),
    );
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? at));
    return Math.max(...gaps) * 1000;
  }

  test('a reload loses no probe', async () => {
    await watching.mark();
    const probes = startProbes(testLab.lab, VIPS);
    for (const node of NODES) {
      const reloads = 'cat /var/log/pods/*/keepalived/*.log | grep -c Reloading';
      const before = Number((await on(node, reloads)).stdout);
      await on(node, 'kill -HUP $(pgrep -o keepalived)');
      await until(async () => Number((await on(node, reloads)).stdout) > before);
    }
    const vips = await settled();
    const probed = await probes.end();
    expect(vips.map(({ name }) => [name, probed[name]?.lost])).toEqual(
      VIPS.map((name) => [name, 0]),
    );
    noneWasMissed(vips);
    expect(vips.map(ownersOf)).toEqual(NODES.map((node) => [node]));
    expect(vips.map(({ mostHolders }) => mostHolders)).toEqual([1, 1, 1]);
  });

  test('a graceful stop is seen as the client of the fabric sees it', async () => {
    await watching.mark();
    const ofClient = await gapSeenByClient(VIPS[0], async () => {
      await on('node1', `mv ${MANIFESTS}/keepalived.yaml ${MANIFESTS}/.keepalived.yaml`);
      await until(() => holds('node3', VIPS[0]));
      await settled();
    });
    const [first, ...others] = await settled();
    expect(ownersOf(first)).toEqual(['node1', 'node3']);
    // Nobody holds it for 0.41 s, and both see that; then the peers have not waited for three adverts.
    for (const gapMs of [first?.longestGapMs, ofClient]) {
      expect(gapMs).toBeGreaterThan(300);
      expect(gapMs).toBeLessThan(THREE_ADVERTS_MS);
    }
    noneWasMissed(others);

    await watching.mark();
    await on('node1', `mv ${MANIFESTS}/.keepalived.yaml ${MANIFESTS}/keepalived.yaml`);
    await whole();
    const back = await settled();
    expect(ownersOf(back[0])).toEqual(['node3', 'node1']);
    expect(back.map(({ mostHolders }) => mostHolders)).toEqual([1, 1, 1]);
  });

  test('a pulled cable is seen by the others, and is no loss for the node itself', async () => {
    await watching.mark();
    await testLab.lab.cut('node2');
    await until(() => holds('node1', VIPS[1]));
    const [first, second, third] = await settled();
    expect(ownersOf(second)).toEqual(['node2', 'node1']);
    expect(second?.longestGapMs).toBeGreaterThan(HANDOVER_MS);
    noneWasMissed([first, third]);
    expect(second?.mostHolders).toBe(1);
    await testLab.lab.mend('node2');
    await whole();
  });

  test('two that hold every VIP, since one hears nobody, are counted', async () => {
    await watching.mark();
    await on('control', 'ip link set node2-f nomaster');
    await until(async () => {
      const { vips } = await watching.seen();
      return vips.every(({ mostHolders }) => mostHolders === 2);
    });
    await on('control', 'ip link set node2-f master fabric');
    await whole();
    const [first, , third] = await settled();
    noneWasMissed([first, third]);
  });

  test('two holders at once are counted, though nobody misses an answer', async () => {
    await watching.mark();
    await on('node3', 'kill -STOP $(pgrep kubelet); kill -KILL $(pgrep keepalived)');
    await until(() => holds('node2', VIPS[2]));
    await until(async () => (await watching.seen()).vips[2]?.mostHolders === 2);
    expect(ownersOf((await settled())[2])).toEqual(['node3', 'node2']);
    await on('node3', 'kill -CONT $(pgrep kubelet)');
    await whole();
  });

  test('a host that is rebooted contributes no more, and the others go on', async () => {
    await watching.mark();
    await settled();
    await testLab.lab.boot('node2');
    await whole();
    const vips = await settled();
    expect(ownersOf(vips[1])).toEqual(['node2', 'node1']);
    noneWasMissed([vips[0], vips[2]]);
  });

  test('leaves no process behind on a node, whichever way it ends', async () => {
    const pings = async () => {
      const outputs = await Promise.all(
        NODES.map((node) => on(node, 'pgrep -fa "[p]ing -6|[i]f_inet6|[i]p -o monitor"')),
      );
      return outputs.map(({ stdout }) => stdout).join('');
    };
    await watching[Symbol.asyncDispose]();
    await until(async () => (await pings()) === '');

    const killed = await Watching.start(testLab, inventory);
    expect(await pings()).toContain(VIPS[2]);
    await killed.kill();
    await until(async () => (await pings()) === '');

    await using orphaned = await Watching.start(testLab, inventory);
    await on('node1', 'pkill -KILL -o -f "[s]h -c options="');
    await until(async () => (await orphaned.seen()).ended.length === 1);
    await on('node2', 'pkill -KILL -o ping');
    await until(async () => (await orphaned.seen()).ended.length === 2);
    expect((await orphaned.seen()).ended.toSorted()).toEqual([
      'node1: The watch of a host ended',
      'node2: The watch of a host ended',
    ]);
    await until(async () => (await on('node1', 'pgrep ping')).stdout === '');
    await until(async () => (await on('node2', 'pgrep ping')).stdout === '');
  });
});
