import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { diskOf, type Edits, failuresIn } from './support/failures.ts';
import { describeInLab } from './support/lab.ts';

const NODES = ['node1', 'node2', 'node3'];

describeInLab('a host that cannot be reached', { beginsWith: 'image' }, (testLab) => {
  const node1 = (line: string) =>
    ['ansible_host: 10.77.0.11', `ansible_host: 10.77.0.11\n          ${line}`] as const;
  /** Another address of node1, which alone is not waited for: the others may be slow to log in. */
  const soonAt = (lines: string) =>
    [
      'ansible_host: 10.77.0.11',
      `ansible_host: ${lines}\n          ansible_ssh_args: -o ConnectTimeout=2`,
    ] as const;

  /** What a dry run says of node1 alone: the two others are planned, and none is changed. */
  async function dryRun(...edits: Edits): Promise<string> {
    await warm();
    const before = NODES.map((node) => diskOf(testLab, node));
    const run = await testLab.rota('deploy', testLab.inventory(...edits), '--dry-run');
    expect(run.status).toBe(4);
    expect(run.stderr).not.toContain('a bug in rota');
    expect(run.stdout).toMatch(/^node1 +unreachable /m);
    for (const node of ['node2', 'node3'])
      expect(run.stdout).toMatch(new RegExp(`^${node} +planned +9 of 18 tasks to change$`, 'm'));
    expect(run.stdout).toMatch(/node1 was unreachable; \d+ to change on 2 of 3 hosts\n$/);
    expect(NODES.map((node) => diskOf(testLab, node))).toEqual(before);
    return failuresIn(run, testLab);
  }

  /** The first login of a machine's life writes what later ones do not. */
  async function warm(): Promise<void> {
    if (warmed) return;
    await testLab.rota('deploy', testLab.inventory(), '--dry-run');
    warmed = true;
  }
  let warmed = false;

  test('its name does not resolve', async () => {
    // The lab's network has no name server: the resolver says so, or that there is no such name.
    expect(await dryRun(['10.77.0.11', 'nowhere.invalid'])).toMatch(
      /^✖ The name (of the host does not resolve|server does not answer)\n {2}where {2}node1 \(nowhere\.invalid\)\n(.*\n)+ {2}fix /,
    );
  });

  test('it refuses', async () => {
    expect(await dryRun(node1('ansible_port: 1'))).toMatchInlineSnapshot(`
      "✖ The host refuses connections
        where  node1 ([10.77.0.11]:1)
               connect ECONNREFUSED 10.77.0.11:1
        fix    See on the host whether sshd listens at port 1:
                 systemctl status ssh sshd"
    `);
  });

  test('nobody has its address', async () => {
    expect(await dryRun(soonAt('10.77.0.99'))).toMatchInlineSnapshot(`
      "✖ The host does not answer
        where  node1 (10.77.0.99)
               gave up after 2 s (ansible_timeout, or ConnectTimeout in ssh_config)
        fix    See whether it is up, and whether a firewall is in the way:
                 ping -c 3 10.77.0.99"
    `);
  });

  test('something listens there that never speaks', async () => {
    const [nsenter = '', ...prefix] = testLab.lab.prefix('control');
    const server = `require('net').createServer(() => {}).listen(2222, '10.77.0.1', () => console.log('up'))`;
    const silent = spawn(nsenter, [...prefix, process.execPath, '-e', server]);
    await once(silent.stdout, 'data');
    const said = await dryRun(soonAt('10.77.0.1\n          ansible_port: 2222')).finally(
      () => void silent.kill(),
    );
    expect(said).toMatchInlineSnapshot(`
      "✖ The host takes the connection, but does not say a word
        where  node1 ([10.77.0.1]:2222)
               gave up after 2 s (ansible_timeout, or ConnectTimeout in ssh_config)
        fix    A busy host may need more time: raise ansible_timeout. Else try by hand:
                 ssh -v -p 2222 -l root -i FOLDER/lab/id -o ConnectTimeout=2 -o UserKnownHostsFile=FOLDER/lab/known_hosts 10.77.0.1"
    `);
  });

  test('it shows another key than the known one', async () => {
    const known = readFileSync(join(testLab.lab.dir, 'known_hosts'), 'utf8');
    const lines = known.split('\n');
    const own = lines.find((line) => line.startsWith('10.77.0.11 ')) ?? '';
    const other = lines.find((line) => line.startsWith('10.77.0.12 ')) ?? '';
    const path = join(testLab.folder, 'known_hosts');
    writeFileSync(path, known.replace(own, other.replace('10.77.0.12', '10.77.0.11')));
    const said = await dryRun(node1(`ansible_ssh_common_args: -o UserKnownHostsFile=${path}`));
    expect(said).toMatchInlineSnapshot(`
      "✖ The host presents another key than the known one
        where  node1 (10.77.0.11)
               presented: ssh-ed25519 SHA256:…
               known: ssh-ed25519 SHA256:… (FOLDER/known_hosts:1)
        fix    Either the host was set up anew, or something else answers in its place. Ask who runs it, and
               compare the fingerprints on its console. If it was set up anew, forget its old keys:
                 ssh-keygen -R 10.77.0.11 -f FOLDER/known_hosts"
    `);
  });

  test('the key file is not there', async () => {
    const edit = node1('ansible_ssh_private_key_file: /nowhere/id');
    expect(await dryRun(edit)).toMatchInlineSnapshot(`
      "✖ The key file is not there
        where  node1 (10.77.0.11)
               /nowhere/id
        fix    Correct its path in the inventory, or leave it out to use your agent and usual keys."
    `);
  });
});
