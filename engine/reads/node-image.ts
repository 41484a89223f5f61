import { Failure } from '#engine/model/failure.ts';
import type { Read } from '#engine/model/read.ts';
import { quote } from '#engine/shell/quote.ts';

/**
 * The ID of an image in podman's store on the host, with its `sha256:`; undefined: not there. It is
 * root's store: asked by another user, podman would make one in that user's home.
 */
export function nodeImage(reference: string): Read<string | undefined> {
  return {
    key: `node image ${reference}`,
    // kubelet pulls and collects images on its own.
    volatile: true,
    script: `command -v podman >/dev/null || { echo none; exit 0; }
[ "$(id -u)" = 0 ] || { echo absent; exit 0; }
reference=${quote(reference)}
if podman image exists "$reference"; then podman image inspect --format 'id {{.Id}}' "$reference"
else echo absent; fi`,
    parse: ({ stdout }) => {
      const [word, id] = stdout.trim().split(' ');
      if (word === 'none') throw noPodman();
      return id === undefined ? undefined : `sha256:${id}`;
    },
  };
}

function noPodman(): Failure {
  return new Failure('The host has no podman to hold the image', {
    fix: 'Install podman on the host. Other container runtimes are not supported yet.',
  });
}
