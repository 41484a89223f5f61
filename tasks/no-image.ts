import { type Task, task } from '#engine/model/task.ts';
import type { ImageSource } from '#engine/reads/image-source.ts';
import { sh } from '#engine/shell/quote.ts';

/**
 * None of the images that ensureNodeImage brings to a node, of whatever commit. One that a container
 * still uses stays, and is a failure: nobody but rota's pod is known to use it.
 */
export function ensureNoNodeImage({ registry = 'localhost', name }: ImageSource): Task {
  const repository = `${registry}/${name}`;
  const list = `command -v podman >/dev/null || exit 0
podman images --no-trunc --format '{{.Repository}} {{.ID}}' | while read -r name id; do
  ${sh`[ "$name" != ${repository} ]`} || echo "$id"
done | sort -u`;
  return task({
    title: `no image ${name} on the node`,
    desired: { images: 0 },
    reads: {
      images: {
        key: `node images of ${repository}`,
        volatile: true,
        script: list,
        parse: ({ stdout }) => stdout.split('\n').filter((line) => line !== ''),
      },
    },
    inspect: ({ images }) => ({ images: images.length }),
    apply: () => [
      {
        kind: 'run',
        title: `remove the images ${repository}`,
        script: `ids=$(${list})\nfor id in $ids; do podman image rm "$id"; done`,
      },
    ],
  });
}
