import type { Answers } from '#engine/model/answers.ts';
import type { Command } from '#engine/model/command.ts';
import { Failure } from '#engine/model/failure.ts';
import { type Task, task } from '#engine/model/task.ts';
import {
  type ImageFact,
  type ImageSource,
  imageSource,
  imageVariables,
} from '#engine/reads/image-source.ts';
import { sh } from '#engine/shell/quote.ts';

/**
 * The image of a commit, built by the repository's own `make build` and pushed to the registry or,
 * where there is none, saved to a file. Nothing is built for a commit whose image is there already.
 */
export function ensureImage(source: ImageSource, facts: Answers): Task {
  const read = imageSource(source);
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

const BUILD = `mkdir -p "$cache"
printf '[storage]\\ndriver = "overlay"\\ngraphroot = "%s"\\nrunroot = "%s"\\n' "$cache/store" "$cache/run" >"$CONTAINERS_STORAGE_CONF"
source=$cache/source
if [ -d "$source/.git" ]; then
  git -C "$source" remote set-url origin "$repository"
  git -C "$source" fetch --quiet --tags --force origin
else
  rm -rf "$source"
  git clone --quiet --no-checkout -- "$repository" "$source"
fi
git -C "$source" cat-file -e "$tag^{commit}" 2>/dev/null || git -C "$source" fetch --quiet origin "$tag"
git -C "$source" checkout --quiet --force --detach "$tag"
git -C "$source" clean --quiet -ffdx
others() { podman images --format '{{.ID}} {{.Repository}}:{{.Tag}}' | grep -v -e '<none>' -e " localhost/$name:" || true; }
others | while read -r id reference; do podman untag "$id" "$reference"; done
make -C "$source" build
built=$(others | cut -d ' ' -f 1 | sort -u)
case $(echo "$built" | grep -c .) in
  1) podman tag "$built" "$ours" ;;
  0) echo "make build tagged no image in podman's store"; exit 1 ;;
  *) echo "make build tagged more than one image:"; others; exit 1 ;;
esac`;

const PUSH = `set -- push --quiet
[ -z "$certificates" ] || set -- "$@" --cert-dir "$certificates"
podman "$@" "$ours" "$registry/$name:$tag"`;

const SAVE = `rm -f "$cache/$tag.tar.part"
podman save --quiet -o "$cache/$tag.tar.part" "$ours"
mv "$cache/$tag.tar.part" "$cache/$tag.tar"`;
