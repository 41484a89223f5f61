import { Pending } from '#engine/model/state.ts';
import { sh } from '#engine/shell/quote.ts';
import { familyOf } from '#keepalived/address.ts';
import type { Instance } from '#keepalived/instances.ts';
import type { KeepalivedVars } from '#keepalived/vars.ts';

/**
 * A Write's check of keepalived.conf, by the keepalived that will run it: of this image, on this
 * host's interfaces. `-e` makes a missing file an error, and 0 with output is one too: keepalived
 * exits 0 with complaints (keepalived(8), --config-test). Only the guide's own profile may complain,
 * and only of what it is known for.
 */
export function configurationCheck(
  image: string | Pending,
  { keepalived_profile }: KeepalivedVars,
  instances: readonly Instance[],
): string {
  const name = image instanceof Pending ? image.preview : image;
  const known = keepalived_profile === 'guide' ? complaintsOfGuide(instances) : '';
  return `[ -s "$1" ] || { echo "the configuration is empty"; exit 1; }
${sh`image=${name} known=${known}`}
said=$(podman run --rm --quiet --net=host --privileged --pull=never --entrypoint keepalived \\
  -v "$1:/etc/keepalived/keepalived.conf:ro" "$image" -t -e -f /etc/keepalived/keepalived.conf 2>&1)
status=$?
[ "$status" = 6 ] && [ "$(echo "$said" | sed 's/^([^ ]* Line [0-9]*) //' | sort)" = "$known" ] && exit 0
[ -z "$said" ] || echo "$said"
exit "$status"`;
}

/** What keepalived 2.2.7 says of the guide's files, sorted, without line numbers; it exits with 6. */
function complaintsOfGuide(instances: readonly Instance[]): string {
  const each = instances
    .filter(({ vip }) => familyOf(vip) === 6)
    .map(({ name }) => [
      `(${name}) VRRP version 3 does not support authentication. Ignoring.`,
      'Truncating auth_pass to 8 characters',
    ]);
  const security =
    'SECURITY VIOLATION - scripts are being executed but script_security not enabled.';
  return [...each.flat(), security].toSorted().join('\n');
}
