import type { Command } from '#engine/model/command.ts';
import { Failure } from '#engine/model/failure.ts';
import { senseless } from '#engine/model/host-answers.ts';
import type { Output, Read } from '#engine/model/read.ts';
import { Pending } from '#engine/model/state.ts';
import { type Task, task } from '#engine/model/task.ts';
import type { ImageFact, ImageSource } from '#engine/reads/image-source.ts';
import { USER } from '#engine/shell/program-functions.ts';
import { sh } from '#engine/shell/quote.ts';
import { KUBELET } from '#keepalived/reads/process.ts';
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
  const title = `image ${source.name} on the node`;
  if (reference instanceof Pending) {
    return task({
      title,
      desired: { image: reference },
      reads: {},
      inspect: () => undefined,
      apply: () => [],
    });
  }
  const id = source.registry === undefined ? (image?.id ?? '') : undefined;
  return task({
    title,
    desired: { image: reference, ...(id === undefined ? {} : { id: `sha256:${id}` }) },
    reads: { there: imageOnNode(reference, runtime) },
    inspect: ({ there }) => {
      if (there.type === 'unusable') throw notUsable(there.runtime);
      return there.type === 'absent' ? undefined : { image: reference, id: there.id };
    },
    apply: () => [
      source.registry === undefined
        ? load(reference, image?.archive ?? '', runtime)
        : pull(reference, runtime),
    ],
  });
}

/** An image in the store of a host, or not, or that nothing on the host can hold it. */
type NodeImageFact =
  /** `id` has its `sha256:`; undefined for an image of several platforms, which has more than one. */
  | { readonly type: 'there'; readonly id: string | undefined }
  | { readonly type: 'absent' }
  | { readonly type: 'unusable'; readonly runtime: string };

/**
 * An image in the store that kubelet's runtime takes it from. It is root's store: asked by another user,
 * podman would make one in that user's home.
 */
export function imageOnNode(reference: string, runtime?: ContainerRuntime): Read<NodeImageFact> {
  return {
    key: `node image ${runtime ?? ''} ${reference}`,
    // kubelet pulls and collects images on its own.
    volatile: true,
    shared: KUBELET,
    script: `${findRuntime(runtime)}\n${sh`reference=${reference}`}\n${LOOK}`,
    parse: parseImage,
  };
}

/** containerd knows an image by its manifest, which has the digest of its configuration: its ID. */
const LOOK = `[ -n "$tool" ] || { echo "none $runtime"; exit 0; }
${USER}
[ "$user" = 0 ] || { echo absent; exit 0; }
case $tool in
  podman)
    set -- podman image inspect --format 'id sha256:{{.Id}}' "$reference"
    found=$("$@" 2>/dev/null) && { echo "$found"; exit 0; }
    podman image exists "$reference"
    # podman-image-exists(1): 1 is not there. One that came meanwhile, since kubelet pulls it, too, is 0.
    case $? in 0) "$@" ;; 1) echo absent ;; *) exit 1 ;; esac ;;
  ctr)
    list=$(ctr -n k8s.io images ls "name==\\"$reference\\"") || exit 1
    digest=$(echo "$list" | sed -n '2s/^[^ ]* *[^ ]* *\\([^ ]*\\) .*/\\1/p')
    if [ -n "$digest" ]; then echo manifest; ctr -n k8s.io content get "$digest"
    else echo absent; fi ;;
esac`;

function parseImage({ stdout }: Output): NodeImageFact {
  const [first = '', ...rest] = stdout.trim().split('\n');
  const [word, value = ''] = first.split(' ');
  if (word === 'none') return { type: 'unusable', runtime: value };
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
