import { expect, test } from 'vitest';
import type { Lab } from '#lab/lab.ts';
import type { ContainerRuntime } from '#tasks/containers/container-runtime.ts';
import { imageOnNode } from '#tasks/containers/node-image.ts';
import { programsAbsent } from '#tasks/keepalived/configuration.ts';
import { ctr, startContainerd } from './support/containerd.ts';
import { failuresIn } from './support/failures.ts';
import { describeInLab } from './support/lab.ts';

const PLAYBOOK = 'test/e2e/playbooks/image-and-check.ts';
const NO_REGISTRY = [/ +image_registry.*\n +image_registry_certs.*\n/, ''] as const;
const BROKEN = [
  'url: https://localhost:6443/healthz',
  'command: [/usr/bin/no-such-program]',
] as const;
const CONFIGURATION = '/etc/keepalived/keepalived.conf';

describeInLab('a node whose pods containerd runs', { beginsWith: 'image', nodes: 1 }, (testLab) => {
  const run = (...args: readonly string[]) => testLab.rota('run', PLAYBOOK, ...args);
  const imagesOn = async () => (await ctr(testLab.lab, 'node1', 'images ls -q')).stdout;
  const podmansImages = async () => (await testLab.lab.run('node1', 'podman images -q')).stdout;

  test('pulls the image from the registry, and checks the configuration with it', async () => {
    await startContainerd(testLab.lab, 'node1');
    const inventory = testLab.inventory();
    expect((await run(inventory)).stdout).not.toContain('✖');
    expect(await imagesOn()).toMatch(/^10\.77\.0\.1:5000\/ocp\/keepalived@sha256:[0-9a-f]{64}\n$/);
    expect(await podmansImages()).toBe('');
    const { stdout } = await testLab.lab.run('node1', `cat ${CONFIGURATION}`);
    expect(stdout).toContain('vrrp_instance VI_1');
    const again = await run(inventory);
    expect(again.stdout).toContain('Nothing to do');
    expect(again.status).toBe(0);
  });

  test('has its image searched for programs, and nothing of that is left', async () => {
    const { lab } = testLab;
    const mounts = async () => (await lab.run('node1', 'cat /proc/mounts; ls /run')).stdout;
    const [before, image] = [await mounts(), (await imagesOn()).trim()];
    expect(await absentIn(lab, image)).toEqual(ABSENT);
    expect(await mounts()).toBe(before);
    expect(await recordsOf(lab)).toEqual([]);
  });

  test('has nothing mounted on it by a search that is killed in the middle, whose records go with the next', async () => {
    const { lab } = testLab;
    const image = (await imagesOn()).trim();
    await lab.run('node1', KILLING_CTR);
    const mounts = async () => (await lab.run('node1', 'cat /proc/mounts; ls /run')).stdout;
    const before = await mounts();
    await searched(lab, { image, before: 'PATH=/run/killing:$PATH' });
    expect((await lab.run('node1', 'cat /run/killing/killed')).stdout).toBe('killed\n');
    expect(await mounts()).toBe(before);
    expect(await recordsOf(lab)).toEqual([
      expect.stringContaining('rota-image'),
      expect.stringContaining('containerd.io/gc.expire='),
    ]);
    expect(await absentIn(lab, image)).toEqual(ABSENT);
    expect(await recordsOf(lab)).toEqual([]);
  });

  test('refuses a configuration that the image does not take, and leaves no container', async () => {
    const before = await testLab.lab.run('node1', `cat ${CONFIGURATION}`);
    const rejected = await run(testLab.inventory(BROKEN));
    expect(rejected.status).toBe(1);
    expect(failuresIn(rejected, testLab)).toMatchInlineSnapshot(`
      "✖ The new content was rejected by its check
        where  /etc/keepalived/keepalived.conf › node1
        ran    write /etc/keepalived/keepalived.conf → exit 65
               Disabling track script chk_api_service since not found/accessible
               The program of a check has to be in the image, as has all that it needs.
               The check ended with exit code 5.
        fix    The file on the host is the old one, whole. Mend what is named above, and run again."
    `);
    expect(await testLab.lab.run('node1', `cat ${CONFIGURATION}`)).toEqual(before);
    expect((await ctr(testLab.lab, 'node1', 'containers ls -q')).stdout).toBe('');
  });

  test('gets the image streamed where there is no registry, known by its ID', async () => {
    await ctr(testLab.lab, 'node1', 'images rm $(ctr -n k8s.io images ls -q)');
    const inventory = testLab.inventory(NO_REGISTRY);
    expect((await run(inventory)).stdout).not.toContain('✖');
    expect(await imagesOn()).toMatch(/^localhost\/ocp\/keepalived:[0-9a-f]{40}\n$/);
    const again = await run(inventory);
    expect(again.stdout).toContain('Nothing to do');
    const rejected = await run(testLab.inventory(NO_REGISTRY, BROKEN));
    expect(failuresIn(rejected, testLab)).toContain('Disabling track script');
  });

  test('takes podman when it is told to, and beside CRI-O, which has the same store', async () => {
    const told = [/^( +)vrrp_vips: 3$/m, '$1vrrp_vips: 3\n$1keepalived_runtime: podman'] as const;
    expect((await run(testLab.inventory(told))).stdout).not.toContain('✖');
    expect(await podmansImages()).not.toBe('');
    const { stdout } = await testLab.lab.run(
      'node1',
      "podman images --digests --format '{{.Repository}}@{{.Digest}}'",
    );
    expect(await absentIn(testLab.lab, stdout.trim(), 'podman')).toEqual(ABSENT);
    expect((await testLab.lab.run('node1', 'podman image mount')).stdout).toBe('');
    await testLab.lab.run('node1', `podman rmi --all --force; ${CRIO}`);
    expect((await run(testLab.inventory())).stdout).not.toContain('✖');
    expect(await podmansImages()).not.toBe('');
  });

  test('is said to have a runtime that does not answer, in the dry run, with what to do', async () => {
    await testLab.lab.run('node1', 'kill -9 "$(cat /run/crio/pid)"');
    const crio = await run(testLab.inventory(), '--dry-run');
    expect(crio.status).toBe(1);
    expect(failuresIn(crio, testLab)).toMatchInlineSnapshot(`
      "✖ The container runtime of the host does not answer
        where  image ocp/keepalived on the node › node1
        ran    crio
               nobody listens on /run/crio/crio.sock
        fix    Start it, or see why it has ended: systemctl status crio. Where another one runs the pods, set keepalived_runtime."
    `);
    await testLab.lab.run('node1', 'rm -r /run/crio; kill -STOP "$(pidof containerd)"');
    const { shared = [], script } = imageOnNode('a');
    const stopped = await testLab.lab.run(
      'node1',
      [...shared, script].join('\n').replaceAll(' 30 ', ' 1 '),
    );
    expect(stopped.stdout).toBe('silent containerd\n\n');
    await testLab.lab.run('node1', 'kill -9 "$(pidof containerd)"');
    const containerd = await run(testLab.inventory(), '--dry-run');
    expect(containerd.status).toBe(1);
    expect(failuresIn(containerd, testLab)).toMatchInlineSnapshot(`
      "✖ The container runtime of the host does not answer
        where  image ocp/keepalived on the node › node1
        ran    containerd
               nobody listens on /run/containerd/containerd.sock
        fix    Start it, or see why it has ended: systemctl status containerd; in k3s and RKE2 it is theirs. Where another one runs the pods, set keepalived_runtime."
    `);
    await startContainerd(testLab.lab, 'node1');
  });

  test('takes what kubelet is told to use, whatever else is there', async () => {
    const { lab } = testLab;
    await ctr(lab, 'node1', 'images rm $(ctr -n k8s.io images ls -q)');
    await lab.run('node1', otherKubelet('unix:///run/containerd/containerd.sock'));
    expect((await run(testLab.inventory())).stdout).not.toContain('✖');
    expect(await imagesOn()).toContain('10.77.0.1:5000/ocp/keepalived@sha256:');
    await lab.run('node1', otherKubelet('unix:///run/cri-dockerd.sock'));
    expect(failuresIn(await run(testLab.inventory()), testLab)).toMatchInlineSnapshot(`
        "✖ The host has no program to hold the image with
          where  image ocp/keepalived on the node › node1
          ran    its container runtime is /run/cri-dockerd.sock
          fix    podman, CRI-O and containerd are supported: set keepalived_runtime."
      `);
  });
});

/** What containerd has of searches. */
async function recordsOf(lab: Lab): Promise<readonly string[]> {
  const lists = ['snapshots', 'leases'].map((kind) => ctr(lab, 'node1', `${kind} ls`));
  return (await Promise.all(lists)).flatMap(
    ({ stdout }) => stdout.match(/^.*rota-image.*$/gm) ?? [],
  );
}

const ABSENT = ['/usr/bin/nosuch', '/usr/bin'];

/** Which of some programs an image has not, by a link of its own, a detour, and a folder, too. */
async function absentIn(lab: Lab, image: string, runtime?: ContainerRuntime) {
  return await searched(lab, { image, runtime });
}

interface Searched {
  readonly image: string;
  readonly runtime?: ContainerRuntime | undefined;
  /** What the host's shell does first. */
  readonly before?: string;
}

async function searched(lab: Lab, { image, runtime, before = '' }: Searched) {
  const programs = ['/usr/bin/curl', '/bin/sh', '/usr/../usr/bin/curl', ...ABSENT];
  const read = programsAbsent({ image, programs, runtime });
  const { stdout, stderr, status } = await lab.run('node1', `${before}\n${read.script}`);
  return read.parse({ status: status ?? 1, bytes: Buffer.from(stdout), stdout, stderr });
}

/** Once the image is mounted, who asked for it is killed. */
const KILLING_CTR = `mkdir -p /run/killing
cat >/run/killing/ctr <<'END'
#!/bin/sh
/usr/bin/ctr "$@" || exit
case "$*" in *'images mount'*) echo killed >/run/killing/killed; kill -9 "$PPID" ;; esac
END
chmod 755 /run/killing/ctr`;

/** Somebody who listens there is all that is looked for. */
const CRIO = `mkdir -p /run/crio
setsid /run/lab/node -e 'require("net").createServer().listen("/run/crio/crio.sock")' </dev/null >/dev/null 2>&1 &
echo $! >/run/crio/pid
until [ -S /run/crio/crio.sock ]; do sleep 0.02; done`;

/** In place of the kubelet that runs, a process that has its name and such an option. */
function otherKubelet(endpoint: string): string {
  return `for comm in $(grep -lx kubelet /proc/[0-9]*/comm); do
  pid=\${comm%/comm}
  kill -9 "\${pid#/proc/}"
done
printf '#!/bin/sh\nsleep 1000\n' >/run/kubelet
chmod 755 /run/kubelet
setsid /run/kubelet --config=/nowhere --container-runtime-endpoint=${endpoint} </dev/null >/dev/null 2>&1 &
until grep -qsx kubelet /proc/$!/comm; do sleep 0.02; done`;
}
