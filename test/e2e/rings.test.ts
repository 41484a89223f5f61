import { expect, test } from 'vitest';
import { failuresIn } from './support/failures.ts';
import { describeInLab } from './support/lab.ts';
import { type LabRing, ringInventory } from './support/ring-inventory.ts';

const MANIFEST = '/etc/kubernetes/manifests/keepalived.yaml';
/** No address of a node: those end in a MAC, or in a number below 100. */
const VIP = /inet6? (fd02:9a01::[0-9a-f]{1,2}|10\.78\.0\.1\d\d)\/(?:64|16) /g;

describeInLab('rings of other sizes and families', { beginsWith: 'image', nodes: 7 }, (testLab) => {
  const nodes = (...numbers: readonly number[]) => numbers.map((number) => `node${number}`);

  /** The VIPs of each node, as its kernel has them, sorted. */
  async function holders(names: readonly string[]): Promise<Record<string, readonly string[]>> {
    const entries = names.map(async (name) => {
      const { stdout } = await testLab.lab.run(name, 'ip -o addr show dev srvc0 scope global');
      return [name, [...stdout.matchAll(VIP)].map(([, vip = '']) => vip).toSorted()] as const;
    });
    return Object.fromEntries(await Promise.all(entries));
  }

  /** Deploys to nodes that have no keepalived, and looks whether all is done and stays so. */
  async function deploy(name: string, rings: readonly LabRing[]) {
    const inventory = ringInventory(testLab, name, rings);
    const run = await testLab.rota('deploy', inventory);
    expect(run.status, run.stdout).toBe(0);
    const again = await testLab.rota('deploy', inventory);
    expect(again.stdout).toContain('Nothing to do');
    expect(again.status).toBe(0);
    const verified = await testLab.rota('verify', inventory);
    expect(verified.status, verified.stdout).toBe(0);
    return run;
  }

  test('a node alone beside two nodes of both families', async () => {
    const alone: LabRing = {
      nodes: nodes(1),
      families: [6],
      vars: { vrrp_vips: ['fd02:9a01::a1', 'fd02:9a01::a2'], vrrp_router_ids: [101, 102] },
    };
    const both: LabRing = {
      nodes: nodes(2, 3),
      families: [4, 6],
      vars: {
        vrrp_vips: ['fd02:9a01::b1', 'fd02:9a01::b2', 'fd02:9a01::b3'],
        vrrp_vips4: ['10.78.0.101', '10.78.0.102'],
      },
    };
    const { stdout } = await deploy('one-and-two', [alone, both]);
    expect(stdout).toContain('every VIP is held by the node, which has no peer');
    expect(await holders(nodes(1, 2, 3))).toEqual({
      node1: ['fd02:9a01::a1', 'fd02:9a01::a2'],
      node2: ['10.78.0.101', 'fd02:9a01::b1', 'fd02:9a01::b3'],
      node3: ['10.78.0.102', 'fd02:9a01::b2'],
    });

    await testLab.lab.setHealth('node2', 'apiserver', 'failing');
    const ofBoth = [
      ...(both.vars['vrrp_vips4'] as string[]),
      ...(both.vars['vrrp_vips'] as string[]),
    ];
    await expect.poll(() => holders(nodes(2, 3))).toEqual({ node2: [], node3: ofBoth });
    await testLab.lab.setHealth('node2', 'apiserver', 'healthy');
  });

  test('an IPv4 address that does not go with the VIPs is told of before anything is changed', async () => {
    const families = [4] as const;
    const vars = { vrrp_vips4: ['10.78.0.101'], vrrp_prefix_length4: 24 };
    const ring = { nodes: nodes(6), families, vars };
    const absent = { nodes: nodes(7), families, vars: { ...vars, vrrp_interface: 'mgmt0' } };
    const inventory = ringInventory(testLab, 'other-prefix', [ring, absent]);
    const run = await testLab.rota('deploy', inventory, '--dry-run');
    expect(run.status).toBe(1);
    // The nodes fail in the order in which they answer.
    expect(failuresIn(run, testLab).split('\n\n').toSorted()).toMatchInlineSnapshot(`
        [
          "✖ The address of the node is not on its interface
          where  interface mgmt0 › node7
          ran    10.78.0.17: expected on mgmt0, seen on srvc0
          fix    Give the interface this address, or mend vrrp_address4.",
          "✖ The prefix length of the node’s IPv4 address is not that of the VIPs
          where  interface srvc0 › node6
          ran    10.78.0.16/16 on srvc0; the VIPs are to get /24
          fix    Set vrrp_prefix_length4: 16.",
        ]
      `);
  });

  test('five nodes with seven VIPs beside two nodes that have no IPv6', async () => {
    const clear = `rm -f ${MANIFEST}; while pgrep keepalived >/dev/null; do sleep 0.05; done`;
    await Promise.all(nodes(1, 2, 3).map((name) => testLab.lab.run(name, clear)));
    const off = 'sysctl -qw net.ipv6.conf.all.disable_ipv6=1; ip -6 -o addr';
    const left = await Promise.all(nodes(6, 7).map((name) => testLab.lab.run(name, off)));
    expect(left.map(({ stdout }) => stdout)).toEqual(['', '']);
    const five: LabRing = { nodes: nodes(1, 2, 3, 4, 5), families: [6], vars: { vrrp_vips: 7 } };
    const ipv4: LabRing = {
      nodes: nodes(6, 7),
      families: [4],
      vars: { vrrp_vips4: ['10.78.0.101', '10.78.0.102', '10.78.0.103'] },
    };
    await deploy('five-and-ipv4', [five, ipv4]);
    expect(await holders(nodes(1, 2, 3, 4, 5, 6, 7))).toEqual({
      node1: ['fd02:9a01::1', 'fd02:9a01::6'],
      node2: ['fd02:9a01::2', 'fd02:9a01::7'],
      node3: ['fd02:9a01::3'],
      node4: ['fd02:9a01::4'],
      node5: ['fd02:9a01::5'],
      node6: ['10.78.0.101', '10.78.0.103'],
      node7: ['10.78.0.102'],
    });
    expect((await testLab.lab.run('node6', 'ls /etc/sysctl.d')).stdout).not.toContain('ipv6');
  });
});
