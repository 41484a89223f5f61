import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Container, StaticPod } from './pod.ts';

const execute = promisify(execFile);

/** Label of the containers that are kubelet's, with their pod's UID. */
const LABEL = 'io.kubernetes.pod.uid';

async function podman(...args: readonly string[]): Promise<string> {
  const { stdout } = await execute('podman', [...args], { maxBuffer: 1e8 });
  return stdout.trim();
}

/** A container of kubelet's: its name tells pod and attempt, its ID is podman's. */
export interface Started {
  readonly id: string;
  readonly name: string;
}

/** Starts a new container, with a file system of its own: `attempt` counts those of the pod. */
export async function startContainer(
  pod: StaticPod,
  container: Container,
  attempt: number,
): Promise<Started> {
  const name = `k8s_${container.name}_${pod.fullName}_${pod.uid}_${attempt}`;
  const id = await podman(
    'run',
    '--detach',
    '--name',
    name,
    '--pull',
    pullOf(container),
    ...optionsOf(pod, container, attempt),
    container.image,
    ...(container.args ?? []),
  );
  return { id, name };
}

/** SIGTERM, SIGKILL after the grace, and gone. */
export async function endContainer(name: string, graceSeconds: number): Promise<void> {
  const words = ['rm', '--force', '--ignore', '--time', String(graceSeconds), name];
  // podman's own clean-up after the container's end may be in the way for a moment.
  for (let tries = 0; tries < 5; tries += 1) {
    const isGone = await podman(...words).then(() => true, complain);
    if (isGone) return;
    await delay(200);
  }
}

function complain(error: Error): false {
  console.error(`kubelet: ${error.message.trim()}`);
  return false;
}

/** The containers of earlier kubelets: those that run, by their pods' UIDs; the others are removed. */
export async function survivors(): Promise<Map<string, Started>> {
  const format = `{{.ID}} {{.Names}} {{index .Labels "${LABEL}"}} {{.State}}`;
  const words = ['--no-trunc', '--filter', `label=${LABEL}`, '--format', format];
  const lines = (await podman('ps', '--all', ...words)).split('\n');
  const alive = new Map<string, Started>();
  for (const [id = '', name = '', uid = '', state] of lines.map((line) => line.split(' '))) {
    if (state === 'running' || state === 'Up') alive.set(uid, { id, name });
    else if (name !== '') await podman('rm', '--force', name);
  }
  return alive;
}

/** What podman calls the policy. */
function pullOf({ image, imagePullPolicy = defaultPolicy(image) }: Container): string {
  const policies: Readonly<Record<string, string>> = { Always: 'always', Never: 'never' };
  return policies[imagePullPolicy] ?? 'missing';
}

/** Kubernetes has another default for what is latest: named so, or not named at all. */
function defaultPolicy(image: string): string {
  const isExact = image.includes('@') || /^[0-9a-f]{64}$/.test(image);
  const [, tag = 'latest'] = /:([^/:]+)$/.exec(image) ?? [];
  return tag === 'latest' && !isExact ? 'Always' : 'IfNotPresent';
}

function optionsOf(pod: StaticPod, container: Container, attempt: number): readonly string[] {
  const { privileged = false, capabilities } = container.securityContext ?? {};
  return [
    ...['--replace', '--restart=no', '--label', `${LABEL}=${pod.uid}`],
    ...(pod.spec.hostNetwork ? ['--net=host'] : []),
    ...(privileged ? ['--privileged'] : []),
    ...(capabilities?.add ?? []).flatMap((name) => ['--cap-add', name]),
    ...(container.env ?? []).flatMap(({ name, value }) => ['--env', `${name}=${value ?? ''}`]),
    ...(container.command ? ['--entrypoint', JSON.stringify(container.command)] : []),
    ...volumesOf(pod, container).flatMap((volume) => ['--volume', volume]),
    ...['--log-driver', 'k8s-file', '--log-opt', `path=${logOf(pod, container, attempt)}`],
  ];
}

function volumesOf(pod: StaticPod, container: Container): readonly string[] {
  const hosts = `/var/lib/kubelet/pods/${pod.uid}/etc-hosts`;
  mkdirSync(`/var/lib/kubelet/pods/${pod.uid}`, { recursive: true });
  writeFileSync(hosts, '127.0.0.1 localhost\n::1 localhost\n');
  const mounts = (container.volumeMounts ?? []).flatMap(({ name, mountPath, readOnly }) => {
    const volume = pod.spec.volumes?.find((candidate) => candidate.name === name);
    if (volume?.hostPath === undefined) throw new Error(`volume ${name}: only hostPath works here`);
    return [`${volume.hostPath.path}:${mountPath}${readOnly ? ':ro' : ''}`];
  });
  return [`${hosts}:/etc/hosts`, ...mounts];
}

function logOf(pod: StaticPod, container: Container, attempt: number): string {
  const folder = `/var/log/pods/${pod.namespace}_${pod.podName}_${pod.uid}/${container.name}`;
  mkdirSync(folder, { recursive: true });
  return `${folder}/${attempt}.log`;
}
