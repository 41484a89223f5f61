import { beforeAll, expect, test } from 'vitest';
import { describeInLab } from './support/lab.ts';
import { HANDOVER_MS, startProbes } from './support/probe.ts';
import { NODES } from './support/ring.ts';
import { duty, inventoryOfFour, peersOf, traceOf } from './support/ring-of-four.ts';

const VIPS = ['fd02:9a01::1', 'fd02:9a01::2', 'fd02:9a01::3'];
const HOLDERS = { node1: 'runs 1', node2: 'runs 2', node3: 'runs 3' };

describeInLab('a fourth node', { beginsWith: 'ring', nodes: 4 }, (testLab) => {
  const rota = testLab.rota.bind(testLab);
  let four = '';
  let fresh: readonly string[] = [];

  beforeAll(async () => {
    four = inventoryOfFour(testLab);
    await rota('deploy', four, '--dry-run'); // The first login of a machine's life writes things.
    fresh = await traceOf(testLab, 'node4');
  });

  test('comes in with a deploy, and no VIP moves', async () => {
    const probes = startProbes(testLab.lab, VIPS);
    const run = await rota('deploy', four);
    const probed = await probes.end();
    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
    expect(await duty(testLab, [...NODES, 'node4'])).toEqual({ ...HOLDERS, node4: 'runs' });
    expect(await peersOf(testLab, 'node4')).toEqual(['3', '3', '3']);
    for (const vip of VIPS) expect(probed[vip]?.longestGapMs).toBeLessThan(HANDOVER_MS);
  });

  test('is removed again, with what was put on it but for the history', async () => {
    const dry = await rota('remove', four, 'node4', '--dry-run');
    expect(dry.status).toBe(2);
    const probes = startProbes(testLab.lab, VIPS);
    const run = await rota('remove', four, 'node4');
    const probed = await probes.end();
    expect(run.stderr).toBe('');
    expect(run.stdout).toContain(`Take node4 out of the inventory now: ${four}:16:9`);
    expect(run.status).toBe(0);
    expect(await duty(testLab, NODES)).toEqual(HOLDERS);
    expect(await peersOf(testLab, 'node4')).toEqual(['0', '0', '0']);
    for (const vip of VIPS) expect(probed[vip]?.longestGapMs).toBeLessThan(HANDOVER_MS);
    const trace = await traceOf(testLab, 'node4');
    expect(trace.filter((line) => !/\/(var\/lib|run)\/rota/.test(line))).toEqual(fresh);
  });

  test('is removed once: a second removal finds nothing to do', async () => {
    const run = await rota('remove', four, 'node4');
    expect(run.status).toBe(0);
    expect(run.stdout.match(/Nothing to do/g)).toHaveLength(3);
  });
});
