import type { Answers } from '#engine/model/answers.ts';
import type { Command } from '#engine/model/command.ts';
import { Failure } from '#engine/model/failure.ts';
import { type Task, task } from '#engine/model/task.ts';
import {
  builtImage,
  type ImageFact,
  type ImageSource,
  imageVariables,
} from '#engine/reads/image-source.ts';
import { shellFile } from '#engine/shell/program-functions.ts';
import { sh } from '#engine/shell/quote.ts';

/**
 * The image of a commit, built by the repository's own `make build` and pushed to the registry or,
 * where there is none, saved to a file. Nothing is built for a commit whose image is there already.
 */
export function image(source: ImageSource, facts: Answers): Task {
  const read = builtImage(source);
  const tag = facts.has(read.key) ? ` at ${facts.get(read)?.tag.slice(0, 12)}` : '';
  return task({
    title: `image ${source.name}${tag}`,
    desired: source.registry === undefined ? { saved: true } : { published: true },
    reads: { image: read },
    inspect: ({ image }) => ({
      saved: image.id !== undefined && image.archive !== undefined,
      published: image.digest !== undefined,
    }),
    apply: () => commands(source, facts.get(read)),
  });
}

function commands(source: ImageSource, image: ImageFact | undefined): readonly Command[] {
  const { repository, registry, name, ref, certificates } = source;
  if (repository === undefined) throw notInRegistry(source);
  const variables = `${imageVariables(source)}\n${sh`tag=${image?.tag ?? ref} registry=${registry ?? ''} certificates=${certificates ?? ''}`}`;
  const run = (title: string, script: string): Command => ({
    kind: 'run',
    title,
    script: `${variables}\nours=localhost/$name:$tag\n${script}`,
  });
  return [
    ...(image?.id === undefined ? [run(`build ${name}`, BUILD)] : []),
    registry === undefined ? run(`save ${name}`, SAVE) : run(`push ${name} to ${registry}`, PUSH),
  ];
}

function notInRegistry({ registry, name, ref }: ImageSource): Failure {
  return new Failure('The image is not in the registry', {
    ran: `${registry}/${name}:${ref}`,
    fix: 'Push it there, or set image_repository, so that it is built.',
  });
}

const BUILD = shellFile(new URL('./build-image.sh', import.meta.url));

const PUSH = `set -- push --quiet
[ -z "$certificates" ] || set -- "$@" --cert-dir "$certificates"
podman "$@" "$ours" "$registry/$name:$tag"`;

const SAVE = `rm -f "$cache/$tag.tar.part"
podman save --quiet -o "$cache/$tag.tar.part" "$ours"
mv "$cache/$tag.tar.part" "$cache/$tag.tar"`;
