import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startLab } from '#lab/start-lab.ts';
import { labId, runningState } from '#lab/state.ts';
import { describeInLab, ended } from './support/lab.ts';

const SLOW = { timeout: 60_000, interval: 50 };
const MANIFEST = '/etc/kubernetes/manifests/pod.yaml';
const IMAGE = '10.77.0.1:5000/keepalived:lab';

/** What is on this machine of the lab of a folder. Other labs may come and go meanwhile. */
function footprints(dir: string): readonly string[] {
  const words = [dir, `rota-${labId(dir)}`, `rota-lab-${labId(dir)}`];
  const isOurs = (text: string) => words.some((word) => text.includes(word));
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => ['cmdline', 'environ', 'cgroup'].some((file) => isOurs(read(pid, file))));
  const groups = ['/sys/fs/cgroup', ...folders('/sys/fs/cgroup')].flatMap(folders);
  const mounts = read('self', 'mountinfo').split('\n');
  const links = readdirSync('/sys/class/net');
  return [
    ...processes.map((pid) => `process ${read(pid, 'cmdline').replaceAll('\0', ' ')}`),
    ...[...groups, ...mounts, ...links].filter(isOurs),
    ...(existsSync(dir) ? [dir] : []),
  ];
}

function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

function folders(parent: string): readonly string[] {
  return readdirSync(parent, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(parent, name));
}

describeInLab('the lab', (testLab) => {
  const on = async (place: string, script: string, input = '') => {
    const { status, stdout } = await testLab.lab.run(place, script, input);
    return { status, stdout: stdout.trim() };
  };
  const pings = async (node: string) =>
    (await on('client', `ping -c 1 -W 1 ${testLab.lab.node(node).fabricAddress}`)).status === 0;

  test('the ssh of this machine logs in to every node, and knows its host key', async () => {
    const { lab } = testLab;
    for (const { name, address } of lab.nodes) {
      const options = `-F none -i ${lab.dir}/id -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=${lab.dir}/known_hosts`;
      const login = await on('control', `ssh ${options} root@${address} hostname`);
      expect(login).toEqual({ status: 0, stdout: name });
    }
  });

  test('a cut cable takes a node off the fabric until it is mended', async () => {
    await expect.poll(() => pings('node2'), SLOW).toBe(true);
    await testLab.lab.cut('node2');
    await expect.poll(() => pings('node2'), SLOW).toBe(false);
    expect(await pings('node1')).toBe(true);
    await testLab.lab.mend('node2');
    await expect.poll(() => pings('node2'), SLOW).toBe(true);
  });

  test('a node without power answers nowhere; after it, its disk is as it was and /run is new', async () => {
    const { lab } = testLab;
    const look = 'cat /root/kept /etc/ssh/ssh_host_ed25519_key.sum; ls /run/lost /tmp/lost 2>&1';
    await on('node3', 'touch /run/lost /tmp/lost; echo kept >/root/kept');
    await on('node3', 'cd /etc/ssh; sha256sum ssh_host_ed25519_key >ssh_host_ed25519_key.sum');
    await lab.kill('node3');
    expect(lab.isOn('node3')).toBe(false);
    expect(await pings('node3')).toBe(false);
    const { address } = lab.node('node3');
    expect((await on('control', `ping -c 1 -W 1 ${address}`)).status).not.toBe(0);
    await lab.boot('node3');
    expect((await on('node3', look)).stdout).toMatch(/^kept\n.*(\n.*No such file.*){2}$/);
    const key = await on('node3', 'cd /etc/ssh; sha256sum -c ssh_host_ed25519_key.sum');
    expect(key.status).toBe(0);
    await expect.poll(() => pings('node3'), SLOW).toBe(true);
  });

  test.for([
    ['apiserver', 'https://localhost:6443/livez'],
    ['kubelet', 'http://127.0.0.1:10248/healthz'],
  ] as const)('the health of the %s can fail, hang and come back', async ([service, url]) => {
    const health = async (seconds: number) =>
      (await on('node1', `curl -sk -m ${seconds} -w ' %{http_code}' ${url}`)).stdout;
    expect(await health(20)).toBe('ok 200');
    await testLab.lab.setHealth('node1', service, 'failing');
    expect(await health(20)).toBe('unhealthy 500');
    await testLab.lab.setHealth('node1', service, 'silent');
    expect(await health(1)).toBe('000');
    await testLab.lab.setHealth('node1', service, 'healthy');
    expect(await health(20)).toBe('ok 200');
  });

  const pod = (volume = '', version = 1) => `
metadata: {name: pod, namespace: test}
spec:
  hostNetwork: true
  containers:
    - name: main
      image: ${IMAGE}
      command: [/bin/sh, -c]
      args: ["trap 'echo ended >>/out/log; exit 0' TERM; echo started ${version} >>/out/log; while :; do read -r _ </out/pipe; done"]
      volumeMounts: [{name: out, mountPath: /out}${volume && ', {name: extra, mountPath: /extra}'}]
  volumes: [{name: out, hostPath: {path: /root/out}}${volume}]
`;
  const place = (text: string, file = MANIFEST) =>
    on('node1', `cat >/root/new; mv /root/new ${file}`, text);
  const running = async () => (await on('node1', 'podman ps -q --no-trunc')).stdout;
  const log = async () => (await on('node1', 'cat /root/out/log')).stdout.split('\n');
  const remove = async () => {
    await on('node1', `rm -f ${MANIFEST}`);
    await expect.poll(async () => (await on('node1', 'podman ps -aq')).stdout, SLOW).toBe('');
  };

  test('the image of the repository is built, pushed, and pulled by a pod', async () => {
    const { lab, folder } = testLab;
    const storage = join(folder, 'storage.conf');
    writeFileSync(
      storage,
      `[storage]\ndriver = "overlay"\ngraphroot = "${folder}/store"\nrunroot = "${folder}/run"\n`,
    );
    const script = `export CONTAINERS_STORAGE_CONF=${storage}
make -C ${lab.dir}/keepalived build IMAGE=${IMAGE} && podman push -q --cert-dir ${lab.dir}/registry ${IMAGE}`;
    expect((await on('control', script)).status).toBe(0);
    // A pipe that nobody writes to: the pod waits in it, and SIGTERM ends the wait.
    await on('node1', 'mkdir /root/out; mkfifo /root/out/pipe');
    await place(pod());
    await expect.poll(log, SLOW).toEqual(['started 1']);
  });

  test('a killed container is replaced by a new one', async () => {
    const before = await running();
    await on('node1', 'podman kill -s KILL -a');
    await expect.poll(log, SLOW).toEqual(['started 1', 'started 1']);
    await expect.poll(running, SLOW).toMatch(/^[0-9a-f]{64}$/);
    expect(await running()).not.toBe(before);
  });

  test('a changed pod ends at once, and starts only after it was queued again', async () => {
    await on('node1', ': >/root/out/log');
    const placed = performance.now();
    await place(pod('', 2));
    await expect.poll(log, SLOW).toEqual(['ended', 'started 2']);
    // The 10 s of a real kubelet, times the lab's waits.
    expect(performance.now() - placed).toBeGreaterThan(1000);
  });

  test('a removed manifest ends its pod with SIGTERM', async () => {
    await on('node1', ': >/root/out/log');
    await remove();
    expect(await log()).toEqual(['ended']);
  });

  test('a pod waits for a hostPath that has to be a file', async () => {
    await on('node1', ': >/root/out/log');
    await place(pod(', {name: extra, hostPath: {path: /root/extra, type: File}}'));
    const console = () => readFileSync(testLab.lab.console('node1'), 'utf8');
    await expect.poll(console, SLOW).toContain('check failed: /root/extra is not a File');
    expect(await running()).toBe('');
    await on('node1', 'touch /root/extra');
    await expect.poll(log, SLOW).toEqual(['started 1']);
    await remove();
  });

  test('a hostPath without a type is made, as a folder', async () => {
    await place(pod(', {name: extra, hostPath: {path: /root/made.conf}}'));
    await expect.poll(async () => (await running()) !== '', SLOW).toBe(true);
    expect((await on('node1', 'test -d /root/made.conf')).status).toBe(0);
  });

  test('a manifest that does not parse ends its pod at a rescan, and a dot-file is none', async () => {
    await place(pod('', 3), '/etc/kubernetes/manifests/.pod.yaml');
    await place('{');
    await expect.poll(async () => (await on('node1', 'podman ps -aq')).stdout, SLOW).toBe('');
    expect(await log()).not.toContain('started 3');
  });

  test('a second lab has nodes of its own, and leaves nothing when it ends', async () => {
    const dir = join(testLab.folder, 'second');
    const second = await startLab({ dir, waits: 0.1 });
    try {
      await on('node1', 'echo first >/root/which');
      expect((await second.run('node1', 'cat /root/which')).status).not.toBe(0);
      expect(footprints(dir)).not.toEqual([]);
    } finally {
      await second.down();
    }
    expect(footprints(dir)).toEqual([]);
    expect((await on('node1', 'cat /root/which')).stdout).toBe('first');
  });

  test.for([
    ['its keys are made', (dir: string) => existsSync(join(dir, 'nodes'))],
    ['its nodes boot', (dir: string) => existsSync(inside(dir, 'node1/pid'))],
  ] as const)('nothing stays of a lab whose starter is killed while %s', async ([, isReached]) => {
    const folder = mkdtempSync(join(tmpdir(), 'rota-e2e-'));
    const dir = join(folder, 'lab');
    const child = spawn(process.execPath, ['lab/main.ts', '--dir', dir, 'up', '--no-uplink']);
    const end = ended(child);
    await expect.poll(() => isReached(dir), { timeout: 60_000, interval: 1 }).toBe(true);
    child.kill('SIGKILL');
    expect((await end).status).toBe(null);
    await expect.poll(() => footprints(dir), SLOW).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});

function inside(dir: string, path: string): string {
  return `/proc/${runningState(dir)?.pid}/root/run/lab/${path}`;
}
