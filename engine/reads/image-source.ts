import { createHash } from 'node:crypto';
import type { Output, Read } from '#engine/model/read.ts';
import { sh } from '#engine/shell/quote.ts';

/** Where an image comes from and goes to, as the machine that builds it sees it. */
export interface ImageSource {
  /** A git repository whose `make build` makes the image; undefined: it is in the registry already. */
  readonly repository: string | undefined;
  /** A branch, tag or commit of the repository; without one, the tag in the registry. */
  readonly ref: string;
  /** Such as `tools/backup`. */
  readonly name: string;
  readonly registry: string | undefined;
  /** A folder with the registry's `ca.crt`, for a certificate that the machine does not trust. */
  readonly certificates: string | undefined;
}

export interface ImageFact {
  /** What the ref stands for now; the ref itself when nothing is built from it. */
  readonly tag: string;
  /** The image's ID in the store of the machine that builds it. */
  readonly id: string | undefined;
  /** The file that it was saved to, to be streamed to hosts. */
  readonly archive: string | undefined;
  /** The digest that the registry has for the tag. */
  readonly digest: string | undefined;
}

/**
 * Sets the shell variables that the build and its reads share. The store is the image's own, so that
 * what is tagged there after a build is its result.
 */
export function imageVariables({ repository = '', ref, name }: ImageSource): string {
  const folder = `image-${createHash('sha256').update(`${repository}\0${name}`).digest('hex').slice(0, 12)}`;
  return sh`repository=${repository} ref=${ref} name=${name}
cache=\${XDG_CACHE_HOME:-$HOME/.cache}/rota/${folder}
export CONTAINERS_STORAGE_CONF="$cache/storage.conf" GIT_TERMINAL_PROMPT=0`;
}

/** What the ref stands for, and how far its image has come. Writes nothing. */
export function builtImage(source: ImageSource): Read<ImageFact> {
  const { repository = '', ref, name, registry, certificates } = source;
  return {
    key: `image ${repository} ${ref} ${name} ${registry ?? ''}`,
    script: [
      imageVariables(source),
      repository === '' ? 'tag=$ref' : RESOLVE_REF,
      'echo "tag $tag"',
      repository === '' ? '' : LOCAL,
      registry === undefined ? '' : sh`registry=${registry} certificates=${certificates ?? ''}`,
      registry === undefined ? '' : REGISTRY,
    ].join('\n'),
    parse: parseFact,
  };
}

/**
 * Sets `tag` to the commit that $ref of $repository stands for. An annotated tag is listed twice; the line
 * with ^{} has the commit (git-ls-remote(1)).
 */
export const RESOLVE_REF = `if echo "$ref" | grep -qxE '[0-9a-f]{40}'; then tag=$ref; else
  refs=$(git ls-remote -- "$repository" "$ref" "$ref^{}") || exit 1
  for full in "refs/tags/$ref^{}" "refs/tags/$ref" "refs/heads/$ref" "$ref"; do
    tag=$(echo "$refs" | awk -v full="$full" '$2 == full { print $1; exit }')
    [ -z "$tag" ] || break
  done
  [ -n "$tag" ] || { echo "$repository has no branch or tag $ref" >&2; exit 1; }
fi`;

const LOCAL = `if [ -e "$CONTAINERS_STORAGE_CONF" ]; then
  id=$(podman image inspect --format '{{.Id}}' "localhost/$name:$tag" 2>/dev/null) && echo "id $id"
  [ ! -e "$cache/$tag.tar" ] || echo "archive $cache/$tag.tar"
fi`;

/** The media types of the manifests of one image, old and new: without them a registry may convert. */
const REGISTRY = `set -- -sS --max-time 30 --head -o - -w 'status %{http_code}\\n'
for type in oci.image.manifest.v1 oci.image.index.v1 docker.distribution.manifest.v2 docker.distribution.manifest.list.v2; do
  set -- "$@" -H "Accept: application/vnd.$type+json"
done
[ -z "$certificates" ] || set -- "$@" --cacert "$certificates/ca.crt"
answer=$(curl "$@" "https://$registry/v2/$name/manifests/$tag") || exit 1
case $answer in
  *'status 200'*) echo "$answer" | tr -d '\\r' | sed -n 's/^[Dd]ocker-[Cc]ontent-[Dd]igest: */digest /p' ;;
  *'status 404'*) ;;
  *) echo "the registry $registry answered: $(echo "$answer" | tail -n 1)" >&2; exit 1 ;;
esac`;

function parseFact({ stdout }: Output): ImageFact {
  const fields = new Map(
    stdout.split('\n').map((line) => {
      const at = line.indexOf(' ');
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
  return {
    tag: fields.get('tag') ?? '',
    id: fields.get('id'),
    archive: fields.get('archive'),
    digest: fields.get('digest'),
  };
}
