import { senseless } from '#engine/model/host-answers.ts';
import type { Output, Read } from '#engine/model/read.ts';
import { USER } from '#engine/shell/program-functions.ts';
import { sh } from '#engine/shell/quote.ts';
import { type ContainerRuntime, runtimeScript } from './container-runtime.ts';

/** An image in the store of a host, or not, or that nothing on the host can hold it. */
export type NodeImageFact =
  /** `id` has its `sha256:`; undefined for an image of several platforms, which has more than one. */
  | { readonly type: 'there'; readonly id: string | undefined }
  | { readonly type: 'absent' }
  | { readonly type: 'unusable'; readonly runtime: string };

/**
 * An image in the store that kubelet's runtime takes it from. It is root's store: asked by another user, podman would make one in that user's home.
 */
export function imageOnNode(reference: string, runtime?: ContainerRuntime): Read<NodeImageFact> {
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
