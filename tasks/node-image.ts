import type { Command } from '#engine/model/command.ts';
import { Pending } from '#engine/model/state.ts';
import { type Task, task } from '#engine/model/task.ts';
import type { ImageFact, ImageSource } from '#engine/reads/image-source.ts';
import { nodeImage } from '#engine/reads/node-image.ts';
import { sh } from '#engine/shell/quote.ts';

/** What a manifest names the image by: pinned by digest, or by the commit whose ID is checked. */
export function imageReference(
  source: ImageSource,
  image: ImageFact | undefined,
): string | Pending {
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

/** The image in podman's store on the node: pulled from the registry, or streamed over SSH. */
export function ensureNodeImage(source: ImageSource, image: ImageFact | undefined): Task {
  const reference = imageReference(source, image);
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
    reads: { there: nodeImage(reference) },
    inspect: ({ there }) => (there === undefined ? undefined : { image: reference, id: there }),
    apply: () => [bring(source, image, reference)],
  });
}

function bring(source: ImageSource, image: ImageFact | undefined, reference: string): Command {
  return source.registry === undefined
    ? {
        kind: 'feed',
        title: `load ${reference}`,
        source: image?.archive ?? '',
        script: 'podman load --quiet',
      }
    : { kind: 'run', title: `pull ${reference}`, script: sh`podman pull --quiet ${reference}` };
}
