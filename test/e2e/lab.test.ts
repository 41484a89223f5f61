import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { labStatus } from '#lab/lab.ts';
import { startLab } from '#lab/start-lab.ts';
import { describeInLab } from './support/lab.ts';
import type { TestLab } from './support/test-lab.ts';

const run = promisify(execFile);

describeInLab('a lab', {}, (up: TestLab) => {
  /** The system's own ssh client, with strict host keys and nothing of the user's configuration. */
  async function ssh(node: string, script: string): Promise<string> {
    const { lab } = up;
    const options = [
      ...['-F', 'none', '-i', join(lab.dir, 'id'), '-o', 'StrictHostKeyChecking=yes'],
      ...['-o', `UserKnownHostsFile=${join(lab.dir, 'known_hosts')}`, '-o', 'BatchMode=yes'],
    ];
    const login = `root@${lab.node(node).address}`;
    return (await control('ssh', ...options, login, script)).stdout;
  }

  async function control(...words: readonly string[]) {
    const [nsenter = '', ...rest] = [...up.lab.prefix('control'), ...words];
    return await run(nsenter, rest);
  }

  async function output(place: string, script: string): Promise<string> {
    const { stdout, stderr, status } = await up.lab.run(place, script);
    return status === 0 ? stdout.trim() : `exit ${status}: ${stdout}${stderr}`;
  }

  const answers = async (address: string) =>
    (await up.lab.run('client', `ping -c 1 -W 1 ${address}`)).status === 0;

  test('its nodes are reached with ssh, by the host keys that it made', async () => {
    expect(
      await Promise.all(['node1', 'node2', 'node3'].map((node) => ssh(node, 'hostname'))),
    ).toEqual(['node1\n', 'node2\n', 'node3\n']);
  });

  test('nodes and client have the addresses of the guide on the fabric', async () => {
    expect(await labStatus(up.lab)).toMatchInlineSnapshot(`
      "node1  on   fd02:9a01::90b1:1c26:6aa2
      node2  on   fd02:9a01::549f:3509:8eac
      node3  on   fd02:9a01::1866:dae6:4674"
    `);
    const addresses = up.lab.nodes.flatMap((node) => [node.fabricAddress, node.fabricAddress4]);
    for (const address of addresses) await expect.poll(() => answers(address)).toBe(true);
  });

  test('a node shows nothing of the machine that it runs on', async () => {
    const machine = `/home /root/* /etc/sysctl.d /etc/keepalived /etc/kubernetes /var/lib/rota /var/log ${process.cwd()} ${up.lab.dir}`;
    expect(await output('node1', `find ${machine} -type f 2>/dev/null || true`)).toBe('');
    expect(await output('node1', 'podman images -q; podman ps -aq')).toBe('');
    expect(await output('node1', 'env | sed s/=.*// | sort | tr "\\n" " "')).toBe(
      'HOME PATH PWD TERM',
    );
  });

  test('a node that was cut from power answers nowhere, and boots with its disk and keys', async () => {
    const { lab } = up;
    await ssh('node2', 'echo kept >/var/kept; echo lost >/run/lost; echo lost >/tmp/lost');
    await lab.run('node2', 'sysctl -qw net.ipv6.ip_nonlocal_bind=1');
    await lab.kill('node2');
    expect([await answers(lab.node('node2').fabricAddress), lab.isOn('node2')]).toEqual([
      false,
      false,
    ]);
    expect(await lab.run('node2', 'true')).toMatchObject({ status: 255 });

    await lab.boot('node2');
    expect(await ssh('node2', 'cat /var/kept /run/lost /tmp/lost 2>/dev/null || true')).toBe(
      'kept\n',
    );
    expect(await ssh('node2', 'cat /proc/sys/net/ipv6/ip_nonlocal_bind')).toBe('0\n');
    await expect.poll(() => answers(lab.node('node2').fabricAddress)).toBe(true);
  });

  test('a cable that is pulled is pulled for the node too, and its address stays', async () => {
    const { lab } = up;
    const { fabricAddress } = lab.node('node3');
    await lab.cut('node3');
    expect(await output('node3', 'cat /sys/class/net/srvc0/carrier')).toBe('0');
    expect(await output('node3', 'ip -6 -o addr show dev srvc0')).toContain(fabricAddress);
    expect(await answers(fabricAddress)).toBe(false);
    await lab.mend('node3');
    await expect.poll(() => answers(fabricAddress)).toBe(true);
  });

  test('health endpoints answer, fail and fall silent as they are told', async () => {
    const { lab } = up;
    const ask = (url: string) =>
      output('node1', `curl -sk --max-time 3 -o /dev/null -w '%{http_code}' ${url} || true`);
    const both = () =>
      Promise.all([ask('https://localhost:6443/healthz'), ask('http://localhost:10248/healthz')]);
    expect(await both()).toEqual(['200', '200']);
    await lab.setHealth('node1', 'apiserver', 'failing');
    await lab.setHealth('node1', 'kubelet', 'silent');
    expect(await both()).toEqual(['500', '000']);
    await lab.setHealth('node1', 'apiserver', 'healthy');
    await lab.setHealth('node1', 'kubelet', 'healthy');
    expect(await both()).toEqual(['200', '200']);
  });

  test('its image is built offline, always as the same commit, and goes through its registry', async () => {
    const { lab, folder } = up;
    const repository = join(lab.dir, 'keepalived');
    const store = join(folder, 'storage.conf');
    writeFileSync(
      store,
      `[storage]\ndriver = "overlay"\nrunroot = "${folder}/run"\ngraphroot = "${folder}/store"\n`,
    );
    const env = { ...process.env, CONTAINERS_STORAGE_CONF: store };
    const [nsenter = '', ...prefix] = lab.prefix('control');
    const control = (...words: readonly string[]) =>
      run(nsenter, [...prefix, ...words], { cwd: repository, env });
    await control('make', 'build');
    const image = '10.77.0.1:5000/keepalived:test';
    const push = ['podman', 'push', '-q', '--cert-dir', join(lab.dir, 'registry')];
    await lab.stopRegistry();
    await expect(control(...push, 'localhost/keepalived:latest', image)).rejects.toThrow('refused');
    await lab.startRegistry();
    await control(...push, 'localhost/keepalived:latest', image);
    expect(
      await output(
        'node1',
        `podman pull -q ${image} >/dev/null && podman run --rm --net host ${image} --version 2>&1 | head -n 1`,
      ),
    ).toMatch(/^Keepalived v2/);
    expect(await output('node1', 'rm -rf /var/tmp/*; podman images -q | wc -l')).toBe('1');

    await lab.boot('node1');
    expect(await output('node1', 'podman images -q | wc -l')).toBe('1');
    expect((await control('git', 'status', '--porcelain')).stdout).toBe('');
    const other = mkdtempSync(join(tmpdir(), 'rota-e2e-'));
    await using second = await startLab({ dir: join(other, 'lab'), nodes: 1 });
    const commit = async (dir: string) =>
      (await run('git', ['-C', join(dir, 'keepalived'), 'rev-parse', 'HEAD'])).stdout;
    expect(await commit(second.dir)).toBe(await commit(lab.dir));
    await second.down();
    rmSync(other, { recursive: true });
  });
});
