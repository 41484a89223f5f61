import { describe, expect, test } from 'vitest';
import { surroundings } from '#keepalived/reads/surroundings.ts';
import { runtimeScript } from '#tasks/containers/container-runtime.ts';
import {
  inNamespaces,
  skipped,
  testThatNothingIsSkippedInCi,
  why,
} from './support/keepalived-alone.ts';

testThatNothingIsSkippedInCi();

/** A process with this name and these options, as /proc has them, where the name comes first. */
const kubelet = (options: string) => `
  printf '#!/bin/sh\\nsleep 50\\n' >/run/kubelet
  chmod 755 /run/kubelet
  setsid /run/kubelet ${options} </dev/null >/dev/null 2>&1 &
  until grep -qsx kubelet /proc/$!/comm && grep -qs . /proc/$!/cmdline; do sleep 0.01; done`;

/** k3s is in its data folder, and hides its options. */
const k3s = (data: string, role = 'server') => `
  mkdir -p ${data}/data/0a1b/bin
  cp "$(command -v sleep)" ${data}/data/0a1b/bin/k3s-${role}
  setsid ${data}/data/0a1b/bin/k3s-${role} 50 </dev/null >/dev/null 2>&1 &
  until grep -qsx k3s-${role} /proc/$!/comm; do sleep 0.01; done`;

const written = (path: string, ...lines: readonly string[]) => `
  mkdir -p "$(dirname ${path})"
  printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')} >${path}`;

const RKE2 = '/var/lib/rancher/rke2/agent';
const K3S = '/var/lib/rancher/k3s';

/** What rota takes a host's kubelet to watch, and to run its pods with. */
function found(...scripts: readonly string[]) {
  const read = surroundings('/etc/kubernetes/manifests');
  const { status, stdout, stderr } = inNamespaces(
    `mount -t tmpfs none /var/lib
${scripts.join('\n')}
(${[...(read.shared ?? []), read.script].join('\n')}
)
echo ====
(${runtimeScript(undefined)}
echo "$runtime \${CONTAINERD_ADDRESS-}")`,
    '',
  );
  expect([status, stderr]).toEqual([0, '']);
  const [seen = '', runtime = ''] = stdout.split('====\n');
  const { watched } = read.parse({ status: 0, bytes: Buffer.from(seen), stdout: seen, stderr });
  return [watched, runtime.trim()];
}

describe.skipIf(why !== undefined)(`what kubelet watches and uses${skipped}`, () => {
  test('is not known where there is none', () => {
    expect(found(written('/var/lib/kubelet/config.yaml', 'staticPodPath: /a'))).toEqual([
      undefined,
      'podman',
    ]);
  });

  test('is what its configuration says', () => {
    const lines = ['kind: KubeletConfiguration', 'staticPodPath: "/etc/pods/"'];
    const endpoint = "containerRuntimeEndpoint: 'unix:///run/crio/crio.sock'";
    const file = written('/var/lib/kubelet/config.yaml', ...lines, endpoint);
    expect(found(file, kubelet(''))).toEqual(['/etc/pods', 'crio']);
  });

  test('is what its options say, before its configuration', () => {
    const file = written('/run/config', 'staticPodPath: /a', 'containerRuntimeEndpoint: /a');
    const options =
      '--config=/run/config --pod-manifest-path /b --container-runtime-endpoint=unix:///run/containerd/containerd.sock';
    expect(found(file, kubelet(options))).toEqual([
      '/b',
      'containerd /run/containerd/containerd.sock',
    ]);
  });

  test('is what the last of its drop-ins says, as in RKE2', () => {
    const folder = `${RKE2}/etc/kubelet.conf.d`;
    const socket = 'containerRuntimeEndpoint: unix:///run/k3s/containerd/containerd.sock';
    const files = [
      written(`${folder}/00-rke2-defaults.conf`, `staticPodPath: ${RKE2}/pod-manifests`, socket),
      written(`${folder}/90-own.txt`, 'staticPodPath: /none'),
    ];
    const options = `--cloud-provider=external --config-dir=${folder} --read-only-port=0`;
    const runtime = 'containerd /run/k3s/containerd/containerd.sock';
    expect(found(...files, kubelet(options))).toEqual([`${RKE2}/pod-manifests`, runtime]);
    const own = written(`${folder}/10-own.conf`, 'staticPodPath: /own');
    expect(found(...files, own, kubelet(options))).toEqual(['/own', runtime]);
  });

  test('is in the data folder of k3s, which has its kubelet in it', () => {
    const runtime = 'containerd /run/k3s/containerd/containerd.sock';
    expect(found(k3s(K3S))).toEqual([`${K3S}/agent/pod-manifests`, runtime]);
    expect(found(k3s('/var/lib/own', 'agent'))).toEqual([
      '/var/lib/own/agent/pod-manifests',
      runtime,
    ]);
    const drop = (name: string, path: string) =>
      written(`${K3S}/agent/etc/kubelet.conf.d/${name}`, `staticPodPath: ${path}`);
    expect(found(drop('50-own.conf', '/own'), k3s(K3S))).toEqual(['/own', runtime]);
    const nested = [drop('50-own/a.conf', '/nested'), drop('60-own.txt', '/none')];
    expect(found(drop('10-own.conf', '/own'), ...nested, k3s(K3S))).toEqual(['/nested', runtime]);
  });

  describe('is what the configuration of k3s gives its kubelet', () => {
    const own = 'mount -t tmpfs none /etc';
    const file = (...lines: readonly string[]) => written('/etc/rancher/k3s/config.yaml', ...lines);
    const drop = (name: string, ...lines: readonly string[]) =>
      written(`/etc/rancher/k3s/config.yaml.d/${name}`, ...lines);
    const watched = (...scripts: readonly string[]) => found(own, ...scripts, k3s(K3S))[0];

    test.for([
      ['in one line', 'kubelet-arg: ["v=2", pod-manifest-path=/a]'],
      [
        'item by item',
        'kubelet-arg:',
        '- v=2',
        "  - 'pod-manifest-path=/a' # not=/b",
        'node-ip: x',
      ],
      ['in a list over lines', 'kubelet-arg: [', '  "pod-manifest-path=/a",', ']'],
      ['alone', 'kubelet-arg: pod-manifest-path=/a'],
    ])('%s', ([, ...lines]) => {
      const others = [
        '# kubelet-arg: [pod-manifest-path=/b]',
        'node-label: [pod-manifest-path=/c]',
      ];
      expect(watched(file(...others, ...lines, ...others))).toBe('/a');
    });

    test('before what its drop-ins for the kubelet say', () => {
      const kubelets = written(`${K3S}/agent/etc/kubelet.conf.d/a.conf`, 'staticPodPath: /b');
      expect(watched(kubelets, file('kubelet-arg: [pod-manifest-path=/a]'))).toBe('/a');
    });

    test('in the last of its own, which takes the place of those before or is added to them', () => {
      const first = file('kubelet-arg: [pod-manifest-path=/a]');
      expect(watched(first, drop('b.yaml', 'kubelet-arg+: [v=2]'))).toBe('/a');
      expect(watched(first, drop('b.yml', 'kubelet-arg+: [pod-manifest-path=/b]'))).toBe('/b');
      expect(watched(first, drop('b.txt', 'kubelet-arg: [pod-manifest-path=/b]'))).toBe('/a');
      expect(watched(first, drop('b.yaml', 'kubelet-arg: [v=2]'))).toBe(
        `${K3S}/agent/pod-manifests`,
      );
      const drops = ['/c', '/b'].map((path) =>
        drop(`${path.slice(1)}.yaml`, `kubelet-arg: [pod-manifest-path=${path}]`),
      );
      expect(watched(first, ...drops)).toBe('/c');
    });

    test('also by a configuration of its kubelet that it names', () => {
      const named = [
        written('/etc/kubelet.yaml', 'staticPodPath: /a'),
        written('/etc/kubelet.d/a.conf', 'containerRuntimeEndpoint: unix:///run/crio/crio.sock'),
        file('kubelet-arg:', '- config=/etc/kubelet.yaml', '- config-dir=/etc/kubelet.d'),
      ];
      expect(found(own, ...named, k3s(K3S))).toEqual(['/a', 'crio']);
    });
  });
});
