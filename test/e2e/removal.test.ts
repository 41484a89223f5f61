import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { describeInLab } from './support/lab.ts';
import { NODES } from './support/ring.ts';
import { duty, peersOf } from './support/ring-of-four.ts';

const HOLDERS = { node1: 'runs 1', node2: 'runs 2', node3: 'runs 3' };
/** The first VIP is the first node's, and so on round the ring: they all move on. */
const WITHOUT_NODE1 = { node2: 'runs 1 3', node3: 'runs 2' };

describeInLab('removing', { beginsWith: 'ring' }, (testLab) => {
  const rota = testLab.rota.bind(testLab);
  const on = async (node: string, script: string) =>
    (await testLab.lab.run(node, script)).stdout.trim();
  let all = '';

  beforeAll(() => {
    all = testLab.inventory();
  });

  test('a dead node is removed from the others, and what is left on it is named', async () => {
    await testLab.lab.kill('node1');
    const run = await rota('remove', all, 'node1');
    expect(run.stderr).toContain('⚠ A host is out of reach, and keeps what rota has put on it');
    expect(run.status).toBe(0);
    expect(await duty(testLab, ['node2', 'node3'])).toEqual(WITHOUT_NODE1);
    expect(await peersOf(testLab, 'node1')).toEqual(['0', '0']);
  });

  test('and another machine takes its place with a deploy', async () => {
    // What another machine does not have: kubelet must not find it when it starts.
    rmSync(join(testLab.lab.upper('node1'), '/etc/kubernetes/manifests/keepalived.yaml'));
    await testLab.lab.boot('node1');
    await expect.poll(() => on('node1', 'ip -6 addr show dev srvc0 tentative')).toBe('');
    await on('node1', 'rm -r /etc/keepalived /etc/sysctl.d/90-rota-* /var/lib/rota');
    const run = await rota('deploy', all, '--no-watch');
    expect(run.status).toBe(0);
    expect(await duty(testLab, NODES)).toEqual(HOLDERS);
  });

  test('a ring is not left without a node, and VIPs do not go away unless that is allowed', async () => {
    const last = await rota('remove', all, 'all');
    expect(last.status).toBe(1);
    expect(last.stderr).toContain('The ring would have no node left');
    const held = await rota('remove', all, '--all');
    expect(held.status).toBe(1);
    expect(held.stderr).toContain('The node holds VIPs, which would go away');
    expect(await duty(testLab, NODES)).toEqual(HOLDERS);
  });
});
