import { Failure } from '#engine/model/failure.ts';
import type { Output } from '#engine/model/output.ts';
import type { Read } from '#engine/model/read.ts';
import { USER } from '#engine/shell/program-functions.ts';
import { sh } from '#engine/shell/quote.ts';
import { type ContainerRuntime, runtimeScript } from './container-runtime.ts';

/** An image that is on the host. */
export interface NodeImage {
  /** With its `sha256:`; undefined for one of several platforms, which has more than one. */
  readonly id: string | undefined;
}

/**
 * An image in the store that kubelet's runtime takes it from; undefined: not there. It is root's
 * store: asked by another user, podman would make one in that user's home.
 */
export function nodeImage(
  reference: string,
  runtime?: ContainerRuntime,
): Read<NodeImage | undefined> {
  return {
    key: `node image ${runtime ?? ''} ${reference}`,
    // kubelet pulls and collects images on its own.
    volatile: true,
    script: `${runtimeScript(runtime)}\n${sh`reference=${reference}`}\n${LOOK}`,
    parse: parseImage,
  };
}

/** containerd knows an image by its manifest, which has the digest of its configuration: its ID. */
const LOOK = `[ -n "$tool" ] || { echo "none $runtime"; exit 0; }
${USER}
[ "$user" = 0 ] || { echo absent; exit 0; }
case $tool in
  podman)
    look() { podman image inspect --format 'id sha256:{{.Id}}' "$reference"; }
    found=$(look 2>/dev/null) && { echo "$found"; exit 0; }
    podman image exists "$reference"
    # podman-image-exists(1): 1 is not there. One that came meanwhile, since kubelet pulls it, too, is 0.
    case $? in 0) look ;; 1) echo absent ;; *) exit 1 ;; esac ;;
  ctr)
    list=$(ctr -n k8s.io images ls "name==\\"$reference\\"") || exit 1
    digest=$(echo "$list" | sed -n '2s/^[^ ]* *[^ ]* *\\([^ ]*\\) .*/\\1/p')
    if [ -n "$digest" ]; then echo manifest; ctr -n k8s.io content get "$digest"
    else echo absent; fi ;;
esac`;

function parseImage({ stdout }: Output): NodeImage | undefined {
  const [first = '', ...rest] = stdout.trim().split('\n');
  const [word, value = ''] = first.split(' ');
  if (word === 'none') throw notUsable(value);
  if (word === 'absent') return undefined;
  return { id: word === 'id' ? value : idIn(rest.join('\n')) };
}

function idIn(text: string): string | undefined {
  const manifest: { readonly config?: { readonly digest?: string } } = JSON.parse(text);
  return manifest.config?.digest;
}

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
