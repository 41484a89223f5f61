import { Pending } from '#engine/model/state.ts';
import { sh } from '#engine/shell/quote.ts';

/** What a check may say and still let a configuration pass; the exact lines, and the exit code. */
export interface AllowedComplaint {
  readonly status: number;
  readonly lines: readonly string[];
}

/**
 * A Write's check of keepalived.conf, by the keepalived that will run it: of this image, on this
 * host's interfaces. `-e` makes a missing file an error, and 0 with output is one too: keepalived
 * exits 0 with complaints (keepalived(8), --config-test).
 */
export function configurationCheck(image: string | Pending): string {
  const name = image instanceof Pending ? image.preview : image;
  return `[ -s "$1" ] || { echo "the configuration is empty"; exit 1; }
${sh`image=${name}`}
podman run --rm --quiet --net=host --privileged --pull=never --entrypoint keepalived \\
  -v "$1:/etc/keepalived/keepalived.conf:ro" "$image" -t -e -f /etc/keepalived/keepalived.conf`;
}
