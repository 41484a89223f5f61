import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { describeInLab } from './support/lab.ts';
import { ended, summaryOf } from './support/test-lab.ts';

const NODES = ['node1', 'node2'];

describeInLab('a host that is booted', { light: true, nodes: 2 }, (testLab) => {
  let inventory: string;
  const within = Math.ceil(20 * inject('machine').slowness);
  beforeAll(() => {
    const { dir } = testLab.lab;
    const known = `-o UserKnownHostsFile=${dir}/known_hosts`;
    // As many users have it for all of their hosts.
    const kept = `${known} -o ControlMaster=auto -o ControlPersist=60 -o ControlPath=${testLab.folder}/%C`;
    const hosts = {
      node1: { ...at('node1'), ansible_ssh_common_args: known, within: 3 * within },
      node2: { ...at('node2'), ansible_ssh_common_args: kept, within },
    };
    const vars = { ansible_user: 'root', ansible_ssh_private_key_file: `${dir}/id` };
    inventory = join(testLab.folder, 'inventory.json');
    writeFileSync(inventory, JSON.stringify({ all: { hosts, vars } }));
  });
  beforeEach(async () => {
    for (const node of NODES) await on(node, 'touch /run/reboot-required');
  });

  const at = (node: string) => ({ ansible_host: testLab.lab.node(node).address });

  async function on(node: string, script: string): Promise<string> {
    const { stdout, stderr, status } = await testLab.lab.run(node, script);
    expect([stderr, status]).toEqual(['', 0]);
    return stdout.trim();
  }

  const words = (playbook: string, vars: Readonly<Record<string, string>>) => [
    ...['run', `test/e2e/playbooks/${playbook}.ts`, inventory],
    ...Object.entries(vars).flatMap(([name, value]) => ['-e', `${name}=${value}`]),
  ];
  const rota = async (vars: Readonly<Record<string, string>>, ...more: readonly string[]) =>
    await testLab.rota(...words('reboot', vars), ...more);

  /** Starts a run on node1, and waits until that is about to be booted. */
  async function startedBoot(text: string): Promise<ChildProcess> {
    const child = testLab.start(...words('reboot', { text }), '--limit', 'node1');
    let said = '';
    for await (const more of child.stdout?.iterator({ destroyOnReturn: false }) ?? []) {
      said += more;
      if (said.includes('booting')) return child;
    }
    throw new Error(`It ended without a boot:\n${said}`);
  }

  /** A reboot that takes as long as the test has it take. */
  async function onlyByHand(): Promise<void> {
    await on('node1', "printf '#!/bin/sh\\n' >/usr/local/sbin/reboot");
  }

  const SEEN =
    'cat /etc/before-the-boot /run/up; find /run/rota /var/lib/rota/runs/*/booting -type f';
  const seen = async (node: string) => (await testLab.lab.run(node, SEEN)).stdout.trim();
  const bootId = (node: string) => on(node, 'cat /proc/sys/kernel/random/boot_id');

  test('is said before, goes on with its stages when it is back, and is booted once', async () => {
    const before = await Promise.all(NODES.map(bootId));
    const dry = await rota({ text: 'one' }, '--dry-run');
    expect(dry.stdout).toContain(`impact
  node[1-2]  booted: nothing runs on it meanwhile

node[1-2]  3 to change on each

/etc/before-the-boot`);
    expect(dry.stdout).toContain('reboot\n  a boot is needed: yes → no\n');
    const run = await rota({ text: 'one' });
    expect(run.stderr).toBe('');
    const lines = run.stdout.replace(/\d\d:\d\d:\d\d/g, 'hh:mm:ss').match(/^node1 {2}[abcp].*$/gm);
    expect(lines?.map((line) => line.replace(/, \d.*/, ''))).toMatchInlineSnapshot(`
      [
        "node1  planned      3 of 3 tasks to change",
        "node1  applying     /etc/before-the-boot",
        "node1  applying     reboot",
        "node1  booting      it has to answer again by hh:mm:ss",
        "node1  changed      /etc/before-the-boot",
        "node1  changed      reboot",
        "node1  applying     up after the boot",
        "node1  changed      up after the boot",
        "node1  passed       those that were changed are up",
      ]
    `);
    expect(summaryOf(run)).toMatch(/: 6 tasks changed on 2 hosts$/);
    expect(await Promise.all(NODES.map(seen))).toEqual(['one\none', 'one\none']);
    const after = await Promise.all(NODES.map(bootId));
    expect(after.filter((id) => before.includes(id))).toEqual([]);
    expect((await rota({ text: 'one' })).stdout).toContain('Nothing to do: ');
    expect(await Promise.all(NODES.map(bootId))).toEqual(after);
  });

  test('is as before, whatever was done before the boot, where a stage behind it fails', async () => {
    const before = await bootId('node1');
    const run = await rota({ text: 'two', fails: 'true' });
    expect(summaryOf(run)).toMatch(
      /: node1 failed; node1 was undone; nothing was changed; node2 was not done$/,
    );
    expect(await on('node1', 'cat /etc/before-the-boot')).toBe('one');
    expect(await bootId('node1')).not.toBe(before);
  });

  test('belongs to its run, which Ctrl-C ends once the host is back, and as it was', async () => {
    await onlyByHand();
    const child = await startedBoot('three');
    const end = ended(child);
    const other = await rota({ text: 'four' }, '--limit', 'node1');
    expect(other.status).toBe(5);
    expect(other.stdout).toMatch(/ran +reboot by \S+@\S+ since \S+, run \S+-\w{4}$/m);
    child.kill('SIGINT');
    await once(child.stdout as NonNullable<ChildProcess['stdout']>, 'data');
    await testLab.lab.boot('node1');
    expect((await end).status).toBe(130);
    expect(await seen('node1')).toBe('one');
  });

  test('is undone by the next run where its own has died meanwhile', async () => {
    const child = await startedBoot('five');
    const end = ended(child);
    child.kill('SIGKILL');
    await end;
    await testLab.lab.boot('node1');
    expect(await on('node1', 'cat /etc/before-the-boot')).toBe('five');
    const next = await rota({ text: 'one' }, '--limit', 'node1');
    expect(next.stdout).toMatch(/^node1 +undoing +run \S+, which died here$/m);
    expect(next.stdout).toMatch(/: 1 task changed on 1 host$/m);
    expect(await seen('node1')).toBe('one\none');
  });

  test('fails alone where it is not booted, or does not come back', async () => {
    await on('node1', "echo 'echo held up by a backup; exit 1' >>/usr/local/sbin/reboot");
    await on('node2', "printf '#!/bin/sh\\npkill sshd\\n' >/usr/local/sbin/reboot");
    const run = await testLab.rota(...words('reboot-at-once', { text: 'six' }));
    expect(run.status).toBe(4);
    expect(
      run.stdout
        .slice(run.stdout.indexOf('✖'))
        .replace(/after \d+ s/, 'after n s')
        .replaceAll(` ${within} s`, ' WITHIN s'),
    ).toMatchInlineSnapshot(`
      "✖ The host could not be booted
        where  reboot › node1
               held up by a backup
        fix    See why its reboot fails: what holds it up is told by systemd-inhibit --list.

      ✖ The host did not come back from its boot
        where  node2
        ran    within WITHIN s: The host refuses connections
               ssh: connect to host 10.77.0.12 port 22: Connection refused
               OpenSSH's client is needed: ssh_config keeps connections (ControlPersist)
        fix    Look at its console. Run again once it has been up for WITHIN s: until then it waits for this run, unless npm run unlock -- INVENTORY --force takes that away.

      Failed after n s: node1 failed; node2 was unreachable; 1 task changed on 1 of 2 hosts
      "
    `);
  });
});
