import type { Command } from '#engine/model/command.ts';
import { Failure } from '#engine/model/failure.ts';
import { senseless } from '#engine/model/host-answers.ts';
import { formatTime, RUNTIME_MS } from '#engine/model/limits.ts';
import type { Output, Read, Script } from '#engine/model/read.ts';
import { Pending } from '#engine/model/state.ts';
import { type Task, task } from '#engine/model/task.ts';
import type { ImageFact, ImageSource } from '#engine/reads/image-source.ts';
import { USER } from '#engine/shell/program-functions.ts';
import { sh } from '#engine/shell/quote.ts';
import { KUBELET } from '#keepalived/reads/surroundings.ts';
import { type ContainerRuntime, findRuntime, runtimeScript } from './container-runtime.ts';

/** An image by its source, as far as it has come. */
export interface BuiltImage {
  readonly source: ImageSource;
  readonly image: ImageFact | undefined;
}

/** What a manifest names the image by: pinned by digest, or by the commit whose ID is checked. */
export function imageReference({ source, image }: BuiltImage): string | Pending {
  const { registry, name } = source;
  const tag = image?.tag.slice(0, 12) ?? source.ref;
  if (registry === undefined) {
    return image?.id === undefined
      ? new Pending(`localhost/${name}:${tag}`, `until ${tag} is built`)
      : `localhost/${name}:${image.tag}`;
  }
  return image?.digest === undefined
    ? new Pending(`${registry}/${name}@DIGEST-OF-${tag}`, `until ${tag} is built and pushed`)
    : `${registry}/${name}@${image.digest}`;
}

export interface NodeImageOptions extends BuiltImage {
  /** Left out: the one that kubelet uses. */
  readonly runtime: ContainerRuntime | undefined;
}

/** The image in the store that kubelet takes it from: pulled from the registry, or streamed over SSH. */
export function nodeImage({ source, image, runtime }: NodeImageOptions): Task {
  const reference = imageReference({ source, image });
  const isPending = reference instanceof Pending;
  const id = isPending || source.registry !== undefined ? undefined : (image?.id ?? '');
  return task({
    title: `image ${source.name} on the node`,
    desired: { image: reference, ...(id === undefined ? {} : { id: `sha256:${id}` }) },
    // What holds images is to answer also while there is none to ask for.
    reads: { there: imageOnNode(isPending ? `localhost/${source.name}` : reference, runtime) },
    inspect: ({ there }) => {
      if (there.type === 'unusable') throw notUsable(there.runtime);
      if (there.type === 'silent') throw silent(there);
      return isPending || there.type === 'absent' ? undefined : { image: reference, id: there.id };
    },
    apply: () => {
      if (isPending) return [];
      return source.registry === undefined
        ? [load(reference, image?.archive ?? '', runtime)]
        : [pull(reference, runtime)];
    },
  });
}

/** An image in the store of a host, or not, or that nothing on the host can hold it. */
type NodeImageFact =
  /** `id` has its `sha256:`; undefined for an image of several platforms, which has more than one. */
  | { readonly type: 'there'; readonly id: string | undefined }
  | { readonly type: 'absent' }
  | { readonly type: 'unusable'; readonly runtime: string }
  | SilentRuntime;

/** What holds the images of a host does not answer; `said` may be nothing. */
interface SilentRuntime {
  readonly type: 'silent';
  readonly runtime: string;
  readonly said: string;
}

/**
 * An image in the store that kubelet's runtime takes it from. It is root's store: asked by another user,
 * podman would make one in that user's home.
 */
export function imageOnNode(
  reference: string,
  runtime?: ContainerRuntime,
): Read<NodeImageFact> & Script {
  return {
    key: `node image ${runtime ?? ''} ${reference}`,
    // kubelet pulls and collects images on its own.
    volatile: true,
    shared: KUBELET,
    script: `${findRuntime(runtime)}\n${sh`reference=${reference}`}\n${LOOK}`,
    parse: parseImage,
  };
}

const SECONDS = RUNTIME_MS / 1000;

/**
 * containerd knows an image by its manifest, which has the digest of its configuration: its ID. The file of a
 * socket stays where nobody listens any more, for which ctr would wait; who listens, /proc tells (00010000,
 * unix(7)), by the name that the socket was given, in /run or, by an old habit, in /var/run.
 */
const LOOK = `[ -n "$tool" ] || { echo "none $runtime"; exit 0; }
${USER}
[ "$user" = 0 ] || { echo absent; exit 0; }
silent() { printf 'silent %s\\n%s\\n' "$runtime" "$1"; exit 0; }
[ -z "$socket" ] || grep -qs " 00010000 .*\${socket#/var}$" /proc/net/unix || silent "nobody listens on $socket"
case $tool in
  podman)
    set -- timeout ${SECONDS} podman image inspect --format 'id sha256:{{.Id}}' "$reference"
    found=$("$@" 2>/dev/null) && { echo "$found"; exit 0; }
    said=$(timeout ${SECONDS} podman image exists "$reference" 2>&1)
    # podman-image-exists(1): 1 is not there. One that came meanwhile, since kubelet pulls it, too, is 0.
    case $? in 0) "$@" ;; 1) echo absent ;; *) silent "$said" ;; esac ;;
  ctr)
    list=$(timeout ${SECONDS} ctr -n k8s.io images ls "name==\\"$reference\\"" 2>&1) || silent "$list"
    digest=$(echo "$list" | while read -r name _ digest _; do [ "$name" != "$reference" ] || echo "$digest"; done)
    if [ -n "$digest" ]; then echo manifest; ctr -n k8s.io content get "$digest"
    else echo absent; fi ;;
esac`;

function parseImage({ stdout }: Output): NodeImageFact {
  const [first = '', ...rest] = stdout.trim().split('\n');
  const [word, value = ''] = first.split(' ');
  if (word === 'none') return { type: 'unusable', runtime: value };
  if (word === 'silent') return { type: 'silent', runtime: value, said: rest.join('\n') };
  if (word === 'absent') return { type: 'absent' };
  return { type: 'there', id: word === 'id' ? value : idIn(rest.join('\n')) };
}

function idIn(text: string): string | undefined {
  const { config }: { readonly config?: { readonly digest?: unknown } } = JSON.parse(text);
  const digest = config?.digest;
  if (digest === undefined || typeof digest === 'string') return digest;
  throw senseless(text);
}

function load(reference: string, archive: string, runtime: ContainerRuntime | undefined): Command {
  return {
    kind: 'feed',
    title: `load ${reference}`,
    source: archive,
    script: `${runtimeScript(runtime)}
case $tool in ctr) ctr -n k8s.io images import - ;; *) podman load --quiet ;; esac`,
  };
}

function pull(reference: string, runtime: ContainerRuntime | undefined): Command {
  return {
    kind: 'run',
    title: `pull ${reference}`,
    script: `${runtimeScript(runtime)}\n${sh`reference=${reference}`}\n${PULL}`,
  };
}

/** crictl asks containerd itself, which has the registries' mirrors and passwords; ctr does not. */
const PULL = `case $tool in
  ctr)
    if command -v crictl >/dev/null; then
      socket=unix://\${CONTAINERD_ADDRESS:-/run/containerd/containerd.sock}
      crictl --runtime-endpoint "$socket" --image-endpoint "$socket" pull "$reference"
    else ctr -n k8s.io images pull --hosts-dir /etc/containerd/certs.d "$reference" >/dev/null; fi ;;
  *) podman pull --quiet "$reference" ;;
esac`;

const FIXES: Readonly<Record<string, string>> = {
  podman: 'Install podman on the host.',
  crio: 'Install podman on the host: it shares the images of CRI-O.',
  containerd: 'Put ctr, which comes with containerd, into /usr/local/bin or /usr/bin of the host.',
};

function notUsable(runtime: string): Failure {
  return new Failure('The host has no program to hold the image with', {
    ran: `its container runtime is ${runtime}`,
    fix: FIXES[runtime] ?? 'podman, CRI-O and containerd are supported: set keepalived_runtime.',
  });
}

const STARTS: Readonly<Record<string, string>> = {
  podman: 'See what podman info says there.',
  crio: 'Start it, or see why it has ended: systemctl status crio.',
  containerd:
    'Start it, or see why it has ended: systemctl status containerd; in k3s and RKE2 it is theirs.',
};

function silent({ runtime, said }: SilentRuntime): Failure {
  return new Failure('The container runtime of the host does not answer', {
    ran: runtime,
    output: said || `no answer in ${formatTime(RUNTIME_MS)}`,
    fix: `${STARTS[runtime] ?? ''} Where another one runs the pods, set keepalived_runtime.`,
  });
}
