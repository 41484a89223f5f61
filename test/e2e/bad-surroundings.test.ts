import { execFileSync } from 'node:child_process';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { diskOf, type Edits, failuresIn } from './support/failures.ts';
import { describeInLab } from './support/lab.ts';
import type { RotaOutput } from './support/test-lab.ts';

const NODES = ['node1', 'node2', 'node3'];
const CONF = '/etc/keepalived/keepalived.conf';

describeInLab('surroundings that do not fit', { beginsWith: 'image' }, (testLab) => {
  const disks = (nodes: readonly string[] = NODES) => nodes.map((node) => diskOf(testLab, node));
  const on = (node: string, script: string) => testLab.lab.run(node, script);
  const vars = (line: string) => ['image_ref: main', `image_ref: main\n        ${line}`] as const;
  const node1 = (line: string) =>
    ['ansible_host: 10.77.0.11', `ansible_host: 10.77.0.11\n          ${line}`] as const;

  const checkWith = (program: string) =>
    [
      '- name: chk_api_service',
      `- name: chk_nosuch\n            command: [${program}]\n          - name: chk_api_service`,
    ] as const;

  /** A run that must fail without a change to a node. */
  async function fail(edits: Edits, ...options: readonly string[]): Promise<RotaOutput> {
    const before = disks();
    const run = await testLab.rota('deploy', testLab.inventory(...edits), ...options);
    expect(`${run.stdout}${run.stderr}`).not.toContain('a bug in rota');
    expect(run.status, run.stdout).toBe(1);
    expect(disks()).toEqual(before);
    return run;
  }

  /** A deployment that must fail at node1, after its changes have begun, and before node2's and node3's. */
  async function failAtNode1(...edits: Edits): Promise<string> {
    const before = disks(['node2', 'node3']);
    const run = await testLab.rota('deploy', testLab.inventory(...edits), '--replace', CONF);
    expect(run.status, run.stdout).toBe(1);
    expect(disks(['node2', 'node3'])).toEqual(before);
    const { stdout } = await on('node2', 'sysctl -n net.ipv6.ip_nonlocal_bind');
    expect(stdout).toBe('0\n');
    return failuresIn(run, testLab).split('\n\n')[0] ?? '';
  }

  // The first login of a machine's life writes what later ones do not.
  beforeAll(async () => {
    await testLab.rota('deploy', testLab.inventory(), '--dry-run');
  });

  test('a ref that does not exist', async () => {
    const run = await fail([['image_ref: main', 'image_ref: nosuch']]);
    expect(failuresIn(run, testLab)).toMatchInlineSnapshot(`
      "✖ A question to the host failed
        where  localhost
        ran    read image FOLDER/lab/keepalived nosuch ocp/keepalived 10.77.0.1:5000 → exit 1
               FOLDER/lab/keepalived has no branch or tag nosuch
        fix    Mend what the host says, and run again. Nothing was changed by asking."
    `);
  });

  test('a repository that does not exist', async () => {
    const run = await fail([[/image_repository: .*/, 'image_repository: /nowhere/keepalived']]);
    expect(failuresIn(run, testLab)).toMatchInlineSnapshot(`
      "✖ A question to the host failed
        where  localhost
        ran    read image /nowhere/keepalived main ocp/keepalived 10.77.0.1:5000 → exit 1
               fatal: '/nowhere/keepalived' does not appear to be a git repository
               fatal: Could not read from remote repository.
               
               Please make sure you have the correct access rights
               and the repository exists.
        fix    Mend what the host says, and run again. Nothing was changed by asking."
    `);
  });

  test('a registry that is down', async () => {
    await testLab.lab.stopRegistry();
    const run = await fail([]);
    await testLab.lab.startRegistry();
    expect(failuresIn(run, testLab)).toMatchInlineSnapshot(`
      "✖ A question to the host failed
        where  localhost
        ran    read image FOLDER/lab/keepalived main ocp/keepalived 10.77.0.1:5000 → exit 1
               curl: (7) Failed to connect to 10.77.0.1 port 5000 after N ms: Couldn't connect to server
        fix    Mend what the host says, and run again. Nothing was changed by asking."
    `);
  });

  test('a build that fails', async () => {
    const repository = join(testLab.folder, 'broken');
    cpSync(join(testLab.lab.dir, 'keepalived'), repository, { recursive: true });
    writeFileSync(join(repository, 'Makefile'), 'build:\n\t@echo compiling\n\tfalse\n');
    const author = ['-c', 'user.name=lab', '-c', 'user.email=lab@localhost'];
    execFileSync('git', [...author, 'commit', '-qam', 'Break it'], { cwd: repository });
    const run = await fail([[/image_repository: .*/, `image_repository: ${repository}`]]);
    const said = failuresIn(run, testLab);
    expect(said).toMatch(
      /^✖ A command failed\n {2}where {2}image ocp\/keepalived at \w+ › localhost\n/,
    );
    expect(said).toContain('\n  ran    build ocp/keepalived → exit 2\n');
    expect(said).toMatch(/\n +compiling\n +false\n +make: \*\*\* .* Error 1\n/);
  });

  test('a configuration that keepalived rejects', async () => {
    // In the folder that the pod mounts, where it may be put at any time.
    expect(await failAtNode1(checkWith('/etc/keepalived/nosuch'))).toMatchInlineSnapshot(`
      "✖ The new content was rejected by its check
        where  /etc/keepalived/keepalived.conf › node1
        ran    write /etc/keepalived/keepalived.conf → exit 65
               Disabling track script chk_nosuch since not found/accessible
               The program of a check has to be in the image, as has all that it needs.
               The check ended with exit code 5.
        fix    The file on the host is the old one, whole. Mend what is named above, and run again."
    `);
    // Undone: also the folder is gone again.
    expect((await on('node1', 'ls -d /etc/keepalived /etc/kubernetes/manifests/*')).stdout).toBe(
      '',
    );
  });

  test('a check whose program is not in the image, in the dry run, since that is there by now', async () => {
    const run = await fail([checkWith('/usr/bin/nosuch')], '--dry-run');
    const failures = failuresIn(run, testLab).split('\n\n');
    expect(failures).toHaveLength(3);
    expect(failures.toSorted()[0]).toMatchInlineSnapshot(`
      "✖ The program of a check is not in the image
        where  the programs of the checks are in the image › node1
        ran    chk_nosuch
        fix    Put the program into the image, or name one in keepalived_checks that is there, by its path."
    `);
  });

  test('an interface that the host has not', async () => {
    const run = await fail([node1('vrrp_interface: nope0')], '--dry-run');
    expect(failuresIn(run, testLab)).toMatchInlineSnapshot(`
      "✖ The host has no such interface
        where  interface nope0 › node1
        ran    nope0; it has mgmt0, srvc0
        fix    Set vrrp_interface to one that it has."
    `);
  });

  test('a manifest folder that is missing', async () => {
    const run = await fail([vars('keepalived_manifest_dir: /etc/nowhere')], '--dry-run');
    const [first, ...others] = failuresIn(run, testLab).split('\n\n').toSorted();
    expect(others).toEqual(['node2', 'node3'].map((node) => first?.replace('node1', node)));
    expect(first).toMatchInlineSnapshot(`
      "✖ The folder for static pods is not there
        where  /etc/nowhere/keepalived.yaml › node1
        ran    /etc/nowhere
        fix    Set keepalived_manifest_dir to the staticPodPath of the kubelet’s configuration."
    `);
    expect((await on('node1', 'ls -d /etc/nowhere')).status).not.toBe(0);
  });

  test('a user without the right to change the host', async () => {
    await on(
      'node1',
      `useradd --create-home --home-dir /var/ops --shell /bin/sh --password '*' ops
      mkdir /var/ops/.ssh && cp /root/.ssh/authorized_keys /var/ops/.ssh/ && chown -R ops /var/ops`,
    );
    const run = await fail([node1('ansible_user: ops')], '--dry-run');
    expect(failuresIn(run, testLab)).toMatchInlineSnapshot(`
      "✖ The user has no right to change the host
        where  scripts run as root › node1
        ran    id -u → 1001
        fix    Set ansible_user: root, or ansible_become: true for a user who may become root."
    `);
  });

  test('a full disk leaves the old file whole', async () => {
    await on(
      'node1',
      `mkdir -p /etc/keepalived && mount -t tmpfs -o size=64k,mode=755 tmpfs /etc/keepalived
      echo '# old' >${CONF}; cat /dev/zero >/etc/keepalived/filler; true`,
    );
    const said = await failAtNode1();
    const { stdout } = await on('node1', `cat ${CONF}; ls -A /etc/keepalived`);
    await on('node1', 'umount /etc/keepalived');
    expect(said).toMatchInlineSnapshot(`
      "✖ The file could not be written
        where  /etc/keepalived/keepalived.conf › node1
        ran    write /etc/keepalived/keepalived.conf → exit 1
               sh: N: printf: printf: I/O error
               Writing /etc/keepalived/keepalived.conf failed: is the disk full?
        fix    The file on the host is the old one, whole. Mend what is named above, and run again."
    `);
    expect(stdout).toBe('# old\nfiller\nkeepalived.conf\n');
  });
});
