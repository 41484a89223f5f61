import { beforeAll, describe, expect, test } from 'vitest';
import { diskOf, failuresIn } from './support/failures.ts';
import { startForeignRouter } from './support/foreign-router.ts';
import { startByHand, startService } from './support/foreign-service.ts';
import { describeInLab } from './support/lab.ts';
import { CONF, HOLDERS, holders, MANIFEST, NODES } from './support/ring.ts';
import type { RotaOutput, TestLab } from './support/test-lab.ts';
import { until } from './support/until.ts';

const BACKUP = `${MANIFEST}.bak`;
const SYSCTL = '/etc/sysctl.d/99-own.conf';
const TAKE_OVER = [
  '--adopt',
  'keepalived.service',
  ...[CONF, BACKUP, SYSCTL].flatMap((path) => ['--replace', path]),
];

describeInLab(
  'nodes on which others have something already',
  { beginsWith: 'image' },
  (testLab) => {
    describe('are left as they are', () => whatIsSaid(testLab));
    describe('are taken over by name', () => whatIsTakenOver(testLab));
  },
);

const on = ({ lab }: TestLab, place: string, script: string, input?: string) =>
  lab.run(place, script, input);

function whatIsSaid(testLab: TestLab): void {
  /** A run that must end with 1 and change nothing. */
  async function refused(...args: readonly string[]): Promise<RotaOutput> {
    const before = NODES.map((node) => diskOf(testLab, node));
    const run = await testLab.rota('deploy', testLab.inventory(), ...args);
    expect(run.status, run.stdout + run.stderr).toBe(1);
    expect(NODES.map((node) => diskOf(testLab, node))).toEqual(before);
    return run;
  }

  beforeAll(async () => {
    await testLab.rota('deploy', testLab.inventory(), '--dry-run');
    await startService(testLab, 'node2');
    await until(async () => (await on(testLab, 'node2', 'ip -6 addr')).stdout.includes('::99/64'));
    await on(testLab, 'node2', `cat >${BACKUP}`, 'kind: Pod\nmetadata:\n  name: "keepalived"\n');
    await on(
      testLab,
      'node2',
      `cat >${SYSCTL}`,
      'vm.swappiness = 1\nnet.ipv6.ip_nonlocal_bind = 0\n',
    );
    await on(
      testLab,
      'node2',
      'mkdir -p /var/lib/kubelet; echo "staticPodPath: /var/lib/pods" >/var/lib/kubelet/config.yaml',
    );
  });

  test('all that is in the way is said at once, in the dry run already', async () => {
    const run = await refused('--dry-run');
    expect(failuresIn(run, testLab).replaceAll(/process \d+/g, 'process N')).toMatchInlineSnapshot(`
      "✖ A keepalived that is not rota’s runs on the host
        where  no other keepalived runs › node2
        ran    keepalived.service (process N)
        fix    To have it stopped and disabled, with all that it does, as a change of the plan: --adopt keepalived.service

      ✖ kubelet watches another folder
        where  kubelet watches the manifest folder › node2
        ran    staticPodPath: /var/lib/pods; keepalived_manifest_dir: /etc/kubernetes/manifests
        fix    Set keepalived_manifest_dir: /var/lib/pods

      ✖ Another manifest in the folder is of a keepalived
        where  no other manifest of keepalived › node2
        ran    /etc/kubernetes/manifests/keepalived.yaml.bak
        fix    kubelet runs every file there whose name begins with no dot. Move it away; or, to have it removed as a change of the plan: --replace /etc/kubernetes/manifests/keepalived.yaml.bak

      ✖ A file that is not rota’s would be written over
        where  no file of others is written over › node2
        ran    /etc/keepalived/keepalived.conf
        fix    A dry run shows the diff. To have it so: --replace /etc/keepalived/keepalived.conf

      ✖ Another file would set a kernel parameter otherwise at the next boot
        where  no other file sets its sysctls › node2
        ran    /etc/sysctl.d/99-own.conf: net.ipv6.ip_nonlocal_bind = 0
        fix    Take the line out; or, to have that done as a change of the plan: --replace /etc/sysctl.d/99-own.conf"
    `);
    expect(run.stdout).toContain('-vrrp_instance INGRESS');
  });

  test('nothing is changed by a deploy either, on any node of the ring', async () => {
    await refused();
    const { stdout } = await on(testLab, 'node2', 'ip -6 addr show dev srvc0');
    expect(stdout).toContain('fd02:9a01::99/64');
  });

  test('a VIP for which another machine answers is said in the dry run, and no node takes it', async () => {
    await on(testLab, 'node2', 'rm /var/lib/kubelet/config.yaml');
    const address = async (what: string) =>
      await on(testLab, 'client', `ip addr ${what} fd02:9a01::1/64 dev srvc0 nodad`);
    await address('add');
    for (const args of [[...TAKE_OVER, '--dry-run'], TAKE_OVER]) {
      const run = await refused(...args);
      expect(failuresIn(run, testLab).replaceAll(/(..:){5}../g, 'MAC')).toMatchInlineSnapshot(`
        "✖ A VIP is held by somebody who is not of the ring
          where  fd02:9a01::1
          ran    answered for by MAC, seen from node1 and node2 and node3
          fix    Take the address off that machine, or give the ring another one in vrrp_vips or vrrp_vips4."
      `);
    }
    await on(testLab, 'client', 'ip6tables -I INPUT -p icmpv6 --icmpv6-type echo-request -j DROP');
    const run = await refused(...TAKE_OVER, '--dry-run');
    expect(run.stdout).toContain('A VIP is held by somebody who is not of the ring');
    await on(testLab, 'client', 'ip6tables -F INPUT');
    await address('del');
  });

  test('a router id that another machine uses is heard in the dry run, and said, and no node is started', async () => {
    const end = await startForeignRouter(testLab);
    for (const args of [[...TAKE_OVER, '--dry-run'], TAKE_OVER]) {
      const run = await refused(...args);
      expect(failuresIn(run, testLab).replaceAll(/fe80:\S+/g, 'LINK-LOCAL')).toMatchInlineSnapshot(`
        "✖ A router id of the ring is used by somebody who is not of it
          where  VRID 10
          ran    adverts from LINK-LOCAL with priority 77, heard on node1, node2, node3
          fix    Give the ring others in vrrp_router_ids, or that router another one."
      `);
      expect(run.stdout).toContain('waiting      listening for other routers on srvc0, 2 s');
    }
    await end();
  });
}

function whatIsTakenOver(testLab: TestLab): void {
  test('the service, the manifest and the line go as changes of the plan, and come back with an undo', async () => {
    // What kubelet and the service's own manager keep of them is theirs.
    const disk = () =>
      diskOf(testLab, 'node2')
        .split('\n')
        .filter((line) => !/kubelet\/pods|own\.enabled/.test(line));
    const before = disk();
    const bad = testLab.inventory(
      ['6443/healthz', '6443/nosuch'],
      ['vrrp_vips: 3', 'vrrp_vips: 3\n        keepalived_gate_seconds: 5'],
    );
    const run = await testLab.rota('deploy', bad, '--limit', 'node2', ...TAKE_OVER);
    expect(run.status, run.stdout).toBe(6);
    expect(run.stdout).toMatch(/^node2 +undone/m);
    expect(disk()).toEqual(before);
    const service = await on(
      testLab,
      'node2',
      'systemctl is-active keepalived.service; systemctl is-enabled keepalived.service',
    );
    expect(service.stdout).toBe('active\nenabled\n');
  });

  test('then the ring comes up with ours alone', async () => {
    const run = await testLab.rota('deploy', testLab.inventory(), ...TAKE_OVER);
    expect(run.status, run.stdout + run.stderr).toBe(0);
    expect(await holders(testLab)).toEqual(HOLDERS);
    const left = await on(
      testLab,
      'node2',
      `systemctl is-active keepalived.service; ls ${BACKUP}; cat ${SYSCTL}`,
    );
    expect(left.stdout).toBe('vm.swappiness = 1\n');
    expect((await testLab.rota('verify', testLab.inventory())).status).toBe(0);
  });

  test('a file that was changed by hand since is put right without a word', async () => {
    await on(testLab, 'node2', `echo '# by hand' >>${CONF}`);
    const run = await testLab.rota('deploy', testLab.inventory());
    expect(run.status, run.stdout + run.stderr).toBe(0);
    expect(run.stdout).not.toContain('listening for other routers');
  });

  test('another machine that has a VIP, too, is found by verify', async () => {
    await on(testLab, 'client', 'ip addr add fd02:9a01::1/64 dev srvc0 nodad');
    const run = await testLab.rota('verify', testLab.inventory());
    expect(run.status, run.stdout).toBe(6);
    expect(run.stdout).toMatch(/VIP fd02:9a01::1.*: expected .* seen [0-9a-f:]{17}/);
    await on(testLab, 'client', 'ip addr del fd02:9a01::1/64 dev srvc0');
  });

  test('a keepalived that the host starts again is found by verify', async () => {
    await startByHand(testLab, 'node2');
    const run = await testLab.rota('verify', testLab.inventory());
    expect(run.status, run.stdout).toBe(6);
    expect(run.stdout).toMatch(
      /keepalived on node2: expected to run in its pod alone, seen started/,
    );
    await on(testLab, 'node2', 'kill "$(cat /run/own.pid)"');
    await until(async () => (await on(testLab, 'node2', 'ls /run/own.pid')).status !== 0);
  });

  test('the service comes back with a rollback of the run, and all that was there before it', async () => {
    const rollback = async (...args: readonly string[]) =>
      await testLab.rota('rollback', testLab.inventory(), ...args);
    expect((await rollback()).status).toBe(0);
    const refused = await rollback('--dry-run');
    expect([refused.status, refused.stdout]).toEqual([
      1,
      expect.stringContaining('No node would be left to hold the VIPs'),
    ]);
    const run = await rollback('--allow-outage');
    expect(run.status, run.stdout + run.stderr).toBe(0);
    expect(await holders(testLab)).toEqual({ node1: [], node2: [], node3: [] });
    const left = await on(
      testLab,
      'node2',
      `systemctl is-active keepalived.service; systemctl is-enabled keepalived.service
       grep -h INGRESS ${CONF}; ls ${BACKUP} ${MANIFEST}; cat ${SYSCTL}; ls -A /var/lib/rota`,
    );
    expect(left.stdout).toBe(`active
enabled
vrrp_instance INGRESS {
${BACKUP}
vm.swappiness = 1
net.ipv6.ip_nonlocal_bind = 0
format
runs
`);
  });
}
