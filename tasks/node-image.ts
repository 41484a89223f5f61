import type { Command } from '#engine/model/command.ts';
import { Failure } from '#engine/model/failure.ts';
import { Pending } from '#engine/model/state.ts';
import { type Task, task } from '#engine/model/task.ts';
import { type ContainerRuntime, runtimeScript } from '#engine/reads/container-runtime.ts';
import type { ImageFact, ImageSource } from '#engine/reads/image-source.ts';
import { imageOnNode } from '#engine/reads/node-image.ts';
import { sh } from '#engine/shell/quote.ts';

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
