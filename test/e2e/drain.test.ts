import { beforeAll, expect, test } from 'vitest';
import { describeInLab } from './support/lab.ts';
import { HANDOVER_MS, startProbes, THREE_ADVERTS_MS } from './support/probe.ts';
import { NODES, vipsOn } from './support/ring.ts';
import { duty } from './support/ring-of-four.ts';

const VIPS = ['fd02:9a01::1', 'fd02:9a01::2', 'fd02:9a01::3'];

describeInLab('draining', { beginsWith: 'ring' }, (testLab) => {
  let inventory = '';
  const on = (node: string, script: string) => testLab.lab.run(node, script);
  const drain = (...more: readonly string[]) => testLab.rota('drain', inventory, ...more);

  const ON_DUTY = { node1: 'runs 1', node2: 'runs 2', node3: 'runs 3' };
  const DRAINED = { node1: 'runs 1 2', node2: 'off drained', node3: 'runs 3' };

  beforeAll(async () => {
    inventory = testLab.inventory();
  });

  test('a dry run of it changes nothing, and says what would be', async () => {
    const run = await drain('node2', '--dry-run');
    expect(run.status).toBe(2);
    expect(run.stdout).toContain('running: 1 → 0');
    expect(await duty(testLab, NODES)).toEqual(ON_DUTY);
  });

  test('moves the VIPs of a node to the next, gracefully, and no other', async () => {
    const probes = startProbes(testLab.lab, VIPS);
    const run = await drain('node2');
    const probed = await probes.end();
    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
    expect(await duty(testLab, NODES)).toEqual(DRAINED);
    expect(probed['fd02:9a01::2']?.longestGapMs).toBeLessThan(THREE_ADVERTS_MS);
    for (const vip of ['fd02:9a01::1', 'fd02:9a01::3'])
      expect(probed[vip]?.longestGapMs).toBeLessThan(HANDOVER_MS);
  });

  test('once more, it says by whom it was done already', async () => {
    const run = await drain('node2');
    expect(run.status).toBe(0);
    expect(run.stdout).toMatch(/^node2 {2}was drained by \S+@\S+ at 20\S+Z$/m);
  });

  test('is refused for the last nodes on duty', async () => {
    const run = await drain('node1', 'node3');
    expect(run.status).toBe(1);
    expect(run.stdout).toContain('No node would be left to hold the VIPs');
    expect(await duty(testLab, NODES)).toEqual(DRAINED);
  });

  test('holds over a reboot, and deploy leaves it so and says it', async () => {
    await testLab.lab.boot('node2');
    await expect
      .poll(async () => (await on('node2', 'ip -6 addr show dev srvc0 tentative')).stdout)
      .toBe('');
    const run = await testLab.rota('deploy', inventory);
    expect(run.stdout).toMatch(/^node2 {2}was drained by /m);
    expect(run.status).toBe(0);
    expect(await duty(testLab, NODES)).toEqual(DRAINED);
  });

  test('is no change in a dry run, which says it, and no fault to verify', async () => {
    const dry = await testLab.rota('deploy', inventory, '--dry-run');
    expect(dry.stdout).toMatch(/^node2 {2}was drained by /m);
    expect(dry.status).toBe(0);
    const verify = await testLab.rota('verify', inventory);
    expect(verify.stdout).toContain('drained by ');
    expect(verify.status).toBe(0);
  });

  test('is shown by status, with who holds the VIP meanwhile', async () => {
    const { status, stdout } = await testLab.rota('status', inventory);
    expect(status).toBe(0);
    const text = stdout
      .replace(/\b\d+ (?:s|min \d+ s) */g, 'AGE  ')
      .replace(/sha256:\S+/, 'DIGEST')
      .replace(/\S+@\S+ at \S+/, 'WHO at WHEN')
      .replace(/ +/g, ' ');
    expect(text).toMatchInlineSnapshot(`
      "✔ ring of node1, node2 and node3: every VIP is where it belongs

      VIP held by since next
      fd02:9a01::1 node1 AGE node3
      fd02:9a01::2 node1 AGE node3
      fd02:9a01::3 node3 AGE node1

      node keepalived priorities checks pod
      node1 runs AGE 200 150 50 ✔ chk_api_service ok
      node2 drained none
      node3 runs AGE 150 50 200 ✔ chk_api_service ok

      all nodes configuration and sysctls: ok
      image 10.77.0.1:5000/ocp/keepalived@DIGEST
      node2 drained by WHO at WHEN
      "
    `);
    const json = await testLab.rota('status', inventory, '--json');
    const [{ nodes, vips }] = JSON.parse(json.stdout).rings;
    expect(vips).toMatchObject([
      { holders: ['node1'], heir: 'node3', expected: 'node1', since: expect.stringMatching(/^20/) },
      { holders: ['node1'], heir: 'node3', expected: 'node1' },
      { holders: ['node3'], heir: 'node1', expected: 'node3' },
    ]);
    expect(nodes).toMatchObject([
      { node: 'node1', running: 1, holds: [VIPS[0], VIPS[1]] },
      { node: 'node2', running: 0, holds: [], drained: expect.stringMatching(/@.* at 20/) },
      { node: 'node3', running: 1, holds: [VIPS[2]] },
    ]);
  });

  test('ends with undrain, which brings the VIP back without a gap', async () => {
    const probes = startProbes(testLab.lab, VIPS);
    const run = await testLab.rota('undrain', inventory, 'node2');
    const probed = await probes.end();
    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
    expect(await duty(testLab, NODES)).toEqual(ON_DUTY);
    for (const vip of VIPS) expect(probed[vip]?.longestGapMs).toBeLessThan(HANDOVER_MS);
  });

  test('is refused in a ring that is not whole, unless told to repair', async () => {
    await testLab.lab.setHealth('node3', 'apiserver', 'failing');
    await expect.poll(() => vipsOn(testLab.lab, 'node3')).toEqual([]);
    const run = await drain('node3');
    expect(run.status).toBe(6);
    expect((await duty(testLab, NODES))['node3']).toBe('runs');
    expect((await drain('node3', '--repair')).status).toBe(0);
  });
});
