import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { type Edits, failuresIn } from './support/failures.ts';
import { describeInLab } from './support/lab.ts';

describeInLab('a build host', { nodes: 1 }, (testLab) => {
  const on = (host: string): Edits => [
    ['vrrp_vips: 3', `vrrp_vips: 3\n        image_build_host: ${host}`],
    [/image_repository: .*/, 'image_repository: /srv/keepalived'],
    [/image_registry_certs: .*/, 'image_registry_certs: /etc/containers/certs.d/10.77.0.1:5000'],
  ];

  /** What rota keeps on this machine, beside its compiled code. */
  const kept = () => globSync(join(testLab.lab.dir, 'cache/rota/*'));

  /** A node's disk is an overlay, on which no store of overlays can lie. */
  beforeAll(async () => {
    const input = execFileSync('tar', ['-C', testLab.lab.dir, '-c', 'keepalived'], {
      encoding: 'base64',
    });
    const script =
      'mkdir -p /srv /var/lib/containers/cache && ln -s /var/lib/containers/cache /root/.cache && base64 -d | tar -C /srv -x';
    expect(await testLab.lab.run('node1', script, input)).toMatchObject({ status: 0 });
  });

  test('builds and pushes the image, and this machine holds nothing of it', async () => {
    const inventory = testLab.inventory(...on('node1'));
    expect((await testLab.rota('image', inventory, '--dry-run')).status).toBe(2);
    const run = await testLab.rota('image', inventory);
    expect(run.stdout).not.toContain('✖');
    expect(run.status).toBe(0);
    const tags = 'curl -sk https://10.77.0.1:5000/v2/ocp/keepalived/tags/list';
    expect((await testLab.lab.run('node1', tags)).stdout).toMatch(/"tags":\["[0-9a-f]{40}"\]/);
    expect(kept()).toEqual([]);
    const again = await testLab.rota('image', inventory);
    expect(again.stdout).toContain('Nothing to do');
  });

  test('may be a node, which then pulls what it has pushed', async () => {
    const inventory = testLab.inventory(...on('node1'));
    const playbook = 'test/e2e/playbooks/image-and-check.ts';
    const run = await testLab.rota('run', playbook, inventory);
    expect(run.stdout).not.toContain('✖');
    const { stdout } = await testLab.lab.run('node1', 'podman images --digests');
    expect(stdout).toMatch(/10\.77\.0\.1:5000\/ocp\/keepalived +<none> +sha256:/);
    expect(kept()).toEqual([]);
  });

  test('has to be in the inventory, and within reach', async () => {
    const unknown = await testLab.rota('image', testLab.inventory(...on('nod1')));
    expect(unknown.status).toBe(1);
    expect(failuresIn(unknown, testLab)).toMatchInlineSnapshot(`
        "✖ The inventory has no host of that name for the local work
          where  FOLDER/inventory.yaml
          ran    nod1
          fix    Did you mean node1?"
      `);
    const lost = await testLab.rota('image', testLab.inventory(...on('node2')));
    expect(lost.status).toBe(4);
    expect(failuresIn(lost, testLab)).toContain('node2');
  });
});
