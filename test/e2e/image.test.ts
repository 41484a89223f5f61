import { expect, test } from 'vitest';
import { notifyLog } from '#keepalived/reads/notify-log.ts';
import { type Edits, failuresIn } from './support/failures.ts';
import { describeInLab } from './support/lab.ts';
import { CONF, NODES } from './support/ring.ts';
import { stateOf } from './support/state-of.ts';
import { summaryOf } from './support/test-lab.ts';

describeInLab('the image, and playbooks of a user’s own', {}, (testLab) => {
  const NO_REGISTRY = [/ +image_registry.*\n +image_registry_certs.*\n/, ''] as const;
  const without = (node: string) => [new RegExp(` {8}${node}:\\n( {10}.*\\n)+`), ''] as const;
  const NODE1_ALONE: Edits = [
    NO_REGISTRY,
    without('node2'),
    without('node3'),
    [/^( +)vrrp_vips: 3$/m, '$1vrrp_vips: 3\n$1keepalived_notify: true'],
  ];

  const deploy = (...more: readonly string[]) =>
    testLab.rota('deploy', testLab.inventory(), ...more);

  test('a dry run on fresh nodes shows every change, and writes nothing', async () => {
    expect((await testLab.rota('image', testLab.inventory(), '--dry-run')).status).toBe(2);
    await deploy('--dry-run'); // The first login of a machine's life writes what later ones do not.
    const before = await Promise.all(NODES.map((node) => stateOf(testLab, node)));
    const run = await deploy('--dry-run');
    expect(run.status).toBe(2);
    expect(run.stdout).toContain(`+++ ${CONF}`);
    expect(summaryOf(run)).toMatch(/^Dry run: \d+ to change on 3 hosts$/);
    expect(await Promise.all(NODES.map((node) => stateOf(testLab, node)))).toEqual(before);
  });

  test('a part of the tasks is refused while nothing runs yet', async () => {
    const { status, stdout } = await deploy('--tags', 'sysctl');
    expect(stdout).toContain('A ring on which nothing runs yet cannot be changed in part');
    expect(status).toBe(1);
  });

  test('is built by the first deploy; without a registry it is streamed to the node, and pinned by its ID', async () => {
    await testLab.lab.run('node1', 'busybox syslogd -O /tmp/syslog');
    const run = await testLab.rota('deploy', testLab.inventory(...NODE1_ALONE));
    expect(run.stderr).toBe('');
    expect(summaryOf(run)).toMatch(/^Done in .*: 12 tasks changed on 1 host$/);
    expect(run.status).toBe(0);
    const { stdout } = await testLab.lab.run(
      'node1',
      "ip -6 -o addr show dev srvc0 | grep -oE 'fd02:9a01::[1-3]/' | sort | tr -d '\\n'",
    );
    expect(stdout).toBe('fd02:9a01::1/fd02:9a01::2/fd02:9a01::3/');
  });

  test('a node that is asked to has told its changes of state to syslog, and to files that are read back', async () => {
    const { lab } = testLab;
    const told = async () => {
      const { stdout } = await lab.run('node1', notifyLog.script);
      const output = { status: 0, bytes: Buffer.from(stdout), stdout, stderr: '' };
      return notifyLog.parse(output).map(({ instance, state }) => `${instance} ${state}`);
    };
    await expect.poll(told).toEqual(expect.arrayContaining(['VI_1 MASTER', 'VI_3 MASTER']));
    const { stdout } = await lab.run('node1', 'cat /tmp/syslog; stat -c "%U %a" /etc/keepalived/*');
    expect(stdout).toMatch(/daemon\.notice keepalived: VI_1 is MASTER, priority 200$/m);
    expect(stdout).not.toContain('Keepalived_vrrp');
    expect(stdout).toMatch(/^root 755$/m);
  });

  test('a keepalived that runs with the image checks its next configuration itself', async () => {
    const { lab } = testLab;
    const deployAlone = (...edits: Edits) =>
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
    const broken = await deployAlone(['url: https://localhost:6443/healthz', program]);
    expect(failuresIn(broken, testLab)).toContain('The program of a check is not in the image');
    await deployAlone(['fall: 2', 'fall: 3']);
    const { stdout } = await lab.run('node1', 'cat /etc/keepalived/keepalived.conf');
    expect(stdout).toMatch(/fall +3/);
    expect(await created()).toBe(before);
  });

  test('is brought into a registry once; a second run does nothing', async () => {
    const inventory = testLab.inventory();
    expect((await testLab.rota('image', inventory, '--dry-run')).status).toBe(2);
    expect((await testLab.rota('image', inventory)).status).toBe(0);
    const again = await testLab.rota('image', inventory);
    expect(again.status).toBe(0);
    expect(summaryOf(again)).toBe('Nothing to do: localhost is as it should be');
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
