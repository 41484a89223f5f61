import { afterAll, beforeAll, expect, test } from 'vitest';
import { Secret } from '#engine/model/secret.ts';
import type { Task } from '#engine/model/task.ts';
import { firewall } from '#tasks/system/firewall.ts';
import { hostname } from '#tasks/system/hostname.ts';
import { hostsEntry } from '#tasks/system/hosts-entry.ts';
import { type MountOptions, mount } from '#tasks/system/mount.ts';
import { swapOff } from '#tasks/system/swap-off.ts';
import { sysctl } from '#tasks/system/sysctl.ts';
import { type ContainerOptions, container } from '#tasks/work/container.ts';
import { run } from '#tasks/work/run.ts';
import { waitFor } from '#tasks/work/wait-for.ts';
import { book } from '../engine/run/temporary-host.ts';
import { preparePodman } from './support/before-work-pages.ts';
import { describeInLab } from './support/lab.ts';
import { labPlace } from './support/lab-place.ts';
import { TaskTrial } from './support/task-trial.ts';

const FLAVOURS = { node2: 'busybox' } as const;

describeInLab(
  'a host that has it otherwise',
  { light: true, nodes: 2, flavours: FLAVOURS },
  (testLab) => {
    let node1: TaskTrial;
    let node2: TaskTrial;
    beforeAll(() => {
      node1 = new TaskTrial(labPlace(testLab.lab, 'node1', testLab.folder));
      node2 = new TaskTrial(labPlace(testLab.lab, 'node2', testLab.folder));
    });
    afterAll(async () => await Promise.all([node1.end(), node2.end()]));

    const wanting = (...tasks: readonly Task[]) => book({ tasks: () => tasks });

    test('gets a container anew, and by an undo the old one again', async () => {
      const end = await preparePodman(node1);
      const options: ContainerOptions = {
        name: 'web',
        image: 'localhost/busybox:1',
        args: ['httpd', '-f', '-r', "it's"],
        env: { PASSWORD: new Secret("secret 'of the web") },
      };
      const made = '{{.Config.Cmd}} {{.Config.Env}} {{.State.Running}}';
      const seen = () => node1.sh(`podman container inspect --format '${made}' web`);
      expect(await node1.run(wanting(container(options)))).toMatchObject({ exit: 0, changed: 1 });
      const first = /^\[httpd -f -r it's\] \[.*PASSWORD=secret 'of the web.*\] true\n$/;
      expect(await seen()).toMatch(first);
      const words = await node1.sh(
        "podman container inspect --format '{{.Config.CreateCommand}}' web",
      );
      expect(words).not.toContain('of the web');
      const other = wanting(
        container({ ...options, args: ['httpd', '-f'], env: { A: 'b', PATH: '/bin' } }),
      );
      expect(await node1.runAndUndo(other)).toMatchObject({ exit: 6 });
      expect(await seen()).toMatch(first);
      expect(await node1.run(other)).toMatchObject({ exit: 0, changed: 1 });
      expect(await seen()).toMatch(/^\[httpd -f\] \[.*(?=.*PATH=\/bin ).*A=b.*\] true\n$/);
      await node1.sh(
        'podman rename web theirs; podman run -q -d --name web localhost/busybox:1 httpd -f',
      );
      const { failures } = await node1.run(other);
      expect(failures).toMatchObject([{ message: 'A container of that name is not rota’s' }]);
      await end();
    });

    test('gets other rules, and by an undo the old ones; wrong ones are never loaded', async () => {
      const chains = (port: string) => `chain input {
  type filter hook input priority 0; policy accept;
  tcp dport ${port} drop
}`;
      const rules = () => node1.sh('nft list ruleset; cat /etc/nftables.d/rota.nft');
      await node1.sh('nft add table inet theirs');
      expect(await node1.run(wanting(firewall(chains('81'))))).toMatchObject({
        exit: 0,
        changed: 1,
      });
      const before = await rules();
      expect(before).toContain('table inet theirs');
      const wrong = await node1.run(wanting(firewall(chains('eighty'))));
      expect(wrong).toMatchObject({
        exit: 1,
        failures: [{ message: 'The new content was rejected by its check' }],
      });
      expect(await node1.runAndUndo(wanting(firewall(chains('82'))))).toMatchObject({ exit: 6 });
      expect(await rules()).toBe(before);
      expect(await node1.run(wanting(firewall(chains('81'))))).toMatchObject({
        exit: 0,
        changed: 0,
      });
      await node1.sh('nft add rule inet rota input tcp dport 8080 drop');
      expect(await node1.runAndUndo(wanting(firewall(chains('82'))))).toMatchObject({ exit: 6 });
      expect(await rules()).toContain('dport 8080');
      await node1.sh('nft delete table inet rota');
      expect(await node1.run(wanting(firewall(chains('81'))))).toMatchObject({
        exit: 0,
        changed: 1,
      });
      expect(await rules()).toBe(before);
    });

    test('mounts something else, or again, and by an undo what it was', async () => {
      const place: MountOptions = {
        path: '/srv/a b',
        source: 'one',
        type: 'tmpfs',
        options: ['nosuid'],
      };
      const seen = () => node1.sh('grep a.040b /proc/mounts /etc/fstab');
      expect(await node1.run(wanting(mount(place)))).toMatchObject({ exit: 0, changed: 1 });
      const before = await seen();
      expect(before).toBe(`/proc/mounts:one /srv/a\\040b tmpfs rw,nosuid,relatime 0 0
/etc/fstab:one /srv/a\\040b tmpfs nosuid 0 0
`);
      for (const otherwise of [
        { source: 'two' },
        { options: ['ro'] },
        { options: ['nosuid', 'size=1m'] },
      ])
        expect(await node1.runAndUndo(wanting(mount({ ...place, ...otherwise })))).toMatchObject({
          exit: 6,
        });
      expect(await seen()).toBe(before);
      const other = wanting(mount({ ...place, source: 'two', options: ['ro', 'nofail'] }));
      expect(await node1.run(other)).toMatchObject({ exit: 0, changed: 1 });
      expect(await seen()).toBe(`/proc/mounts:two /srv/a\\040b tmpfs ro,relatime 0 0
/etc/fstab:two /srv/a\\040b tmpfs ro,nofail 0 0
`);
      const bound = wanting(
        mount({ path: '/srv/c', source: '/etc', type: 'none', options: ['bind', 'ro'] }),
      );
      expect(await node1.run(bound)).toMatchObject({ exit: 0, changed: 1 });
      expect(await node1.run(bound)).toMatchObject({ exit: 0, changed: 0 });
      await node1.sh('! touch /srv/c/x 2>/dev/null; touch /etc/x; umount /srv/c');
    });

    test('may have busybox alone', async () => {
      await node2.sh('echo /dev/sdx1 none swap sw 0 0 >/etc/fstab');
      const all = wanting(
        hostname('alone'),
        hostsEntry({ address: '10.0.0.5', names: ['db'] }),
        sysctl('net.ipv4.ip_forward', '1'),
        swapOff(),
        mount({ path: '/m', source: 'm', type: 'tmpfs', options: ['noexec'] }),
        run({
          title: 'x',
          script: 'id -u >/tmp/x',
          creates: '/tmp/x',
          user: 'root',
          undo: 'rm /tmp/x',
        }),
        waitFor({ path: '/tmp/x' }),
        waitFor({ port: 22 }),
      );
      const before = await node2.sh(
        'cat /etc/hosts /etc/fstab /proc/mounts; hostname; ls /tmp / /etc',
      );
      expect(await node2.runAndUndo(all)).toMatchObject({ exit: 6 });
      expect(
        await node2.sh('cat /etc/hosts /etc/fstab /proc/mounts; hostname; ls /tmp / /etc'),
      ).toBe(before);
      expect(await node2.run(all)).toMatchObject({ exit: 0, changed: 7 });
      expect(await node2.run(all)).toMatchObject({ exit: 0, changed: 0 });
      expect(
        await node2.sh('cat /etc/fstab /tmp/x; grep -w /m /proc/mounts; hostname'),
      ).toMatchInlineSnapshot(`
        "#/dev/sdx1 none swap sw 0 0
        m /m tmpfs noexec 0 0
        0
        m /m tmpfs rw,noexec,relatime 0 0
        alone
        "
      `);
    });
  },
);
