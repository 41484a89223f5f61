import { type Task, task } from '#engine/model/task.ts';
import type { ImageSource } from '#engine/reads/image-source.ts';
import { CLOCK, shellFile } from '#engine/shell/program-functions.ts';
import { sh } from '#engine/shell/quote.ts';
import { KUBELET } from '#keepalived/reads/surroundings.ts';
import { type ContainerRuntime, findRuntime, runtimeScript } from './container-runtime.ts';

/**
 * None of the images that nodeImage brings to a node, of whatever commit. One that podman's
 * containers still use stays, and is a failure: nobody but rota's pod is known to use it.
 */
export function noNodeImage(
  { registry = 'localhost', name }: ImageSource,
  runtime: ContainerRuntime | undefined,
): Task {
  const repository = `${registry}/${name}`;
  const list = `${sh`repository=${repository}`}\n${LIST}`;
  return task({
    title: `no image ${name} on the node`,
    desired: { images: 0 },
    reads: {
      images: {
        key: `node images of ${repository}`,
        volatile: true,
        shared: KUBELET,
        script: `${findRuntime(runtime)}\n${list}\nimages`,
        parse: ({ stdout }) => stdout.split('\n').filter((line) => line !== ''),
      },
    },
    inspect: ({ images }) => ({ images: images.length }),
    apply: () => [
      {
        kind: 'run',
        title: `remove the images ${repository}`,
        script: `${CLOCK}\n${runtimeScript(runtime)}\n${list}\n${REMOVE}`,
      },
    ],
  });
}

/** Podman names an image by its ID, since a tag of it may be another's by now; ctr by its reference. */
const LIST = `images() {
  case $tool in
    podman) podman images --no-trunc --format '{{.Repository}} {{.ID}}' ;;
    ctr) ctr -n k8s.io images ls -q | sed 's/^\\(.*\\)\\([:@].*\\)$/\\1 \\1\\2/; s/^\\(.*\\)@sha256 /\\1 /' ;;
  esac | while read -r of image; do [ "$of" != "$repository" ] || echo "$image"; done | sort -u
}`;

const REMOVE = shellFile(new URL('./remove-images.sh', import.meta.url));
