import { expect, test } from 'vitest';
import { type Edits, failuresIn } from './support/failures.ts';
import { describeInLab } from './support/lab.ts';

describeInLab('the image, and playbooks of a user’s own', {}, (testLab) => {
  const NO_REGISTRY = [/ +image_registry.*\n +image_registry_certs.*\n/, ''] as const;
  const without = (node: string) => [new RegExp(` {8}${node}:\\n( {10}.*\\n)+`), ''] as const;
  const NODE1_ALONE: Edits = [NO_REGISTRY, without('node2'), without('node3')];

  test('is built once, in a store of its own; a second run does nothing', async () => {
    const inventory = testLab.inventory();
    expect((await testLab.rota('image', inventory, '--dry-run')).status).toBe(2);
    expect((await testLab.rota('image', inventory)).status).toBe(0);
    const again = await testLab.rota('image', inventory);
    expect(again.status).toBe(0);
    expect(again.stdout.trim().split('\n').at(-1)).toBe(
      'Nothing to do: localhost is as it should be',
    );
  });

  test('without a registry it is streamed to the node, and pinned by its ID', async () => {
    const run = await testLab.rota('deploy', testLab.inventory(...NODE1_ALONE));
    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
    const { stdout } = await testLab.lab.run(
      'node1',
      "ip -6 -o addr show dev srvc0 | grep -oE 'fd02:9a01::[1-3]/' | sort | tr -d '\\n'",
    );
    expect(stdout).toBe('fd02:9a01::1/fd02:9a01::2/fd02:9a01::3/');
  });

  test('a keepalived that runs with the image checks its next configuration itself', async () => {
    const { lab } = testLab;
    const deploy = (...edits: Edits) =>
      testLab.rota('deploy', testLab.inventory(...NODE1_ALONE, ...edits));
    const created = async () =>
      (
        await lab.run(
          'node1',
          "podman events --stream=false --filter event=create --format '{{.ID}}'",
        )
      ).stdout;
    const before = await created();
    expect(before).not.toBe('');
    const program = 'command: [/usr/bin/no-such-program]';
    const broken = await deploy(['url: https://localhost:6443/healthz', program]);
    expect(failuresIn(broken, testLab)).toContain('The program of a check is not in the image');
    await deploy(['fall: 2', 'fall: 3']);
    const { stdout } = await lab.run('node1', 'cat /etc/keepalived/keepalived.conf');
    expect(stdout).toMatch(/fall +3/);
    expect(await created()).toBe(before);
  });

  test('a playbook of the user’s own runs its tasks and its script', async () => {
    const inventory = testLab.inventory();
    expect((await testLab.rota('run', 'playbooks/motd.ts', inventory, '--dry-run')).status).toBe(2);
    const run = await testLab.rota('run', 'playbooks/motd.ts', inventory);
    expect(run.status).toBe(0);
    expect(run.stdout).toMatch(/ load average: /);
    expect((await testLab.lab.run('node2', 'cat /etc/motd')).stdout).toBe(
      'node2: Managed by rota.\n',
    );
  });
});
