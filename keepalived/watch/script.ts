import { sh } from '#engine/shell/quote.ts';
import { type Family, familyOf, kernelAddress } from '../address.ts';

export interface WatchRequest {
  readonly interface: string;
  /** The node's own addresses, one for each family of its VIPs, which it probes from. */
  readonly sources: readonly string[];
  readonly vips: readonly string[];
  /** The own addresses of the other nodes of the ring. */
  readonly peers: readonly string[];
}

/**
 * Prints a line for every answer to a probe, and one whenever what the node holds has changed. Ends,
 * with all that it started, when its stdin ends or when one of its pings does; the loop outlives the
 * shell by a moment, to end the pings of one that was killed.
 */
export function watchScript({ interface: dev, sources, vips, peers }: WatchRequest): string {
  const targets = [...vips, ...peers];
  const pings = sources.flatMap((source) =>
    targets
      .filter((target) => familyOf(target) === familyOf(source))
      .map((target) => sh`probe -I ${source} ${target}`),
  );
  return `options=
for candidate in -D ''; do
  options="-n $candidate -i ${INTERVAL_SECONDS}"
  ping $options -c 1 -W 1 ${sh`${sources[0] ?? ''}`} >/dev/null 2>&1 && break
  options=
done
[ -n "$options" ] || { echo 'ping cannot probe every ${INTERVAL_SECONDS} s here' >&2; exit 1; }
children=
probe() { ping $options "$@" </dev/null 2>/dev/null & children="$children $!"; }
${pings.join('\n')}
${sh`link() { { read -r link </sys/class/net/${dev}/carrier; } 2>/dev/null || link=0; }`}
exec 3<&0
cat <&3 >/dev/null 2>&1 &
input=$!
{
  before=
  while kill -0 $$ $children; do
    link
    now="held $link ${heldScript(vips)}"
    if [ "$now" != "$before" ]; then
      echo $now
      before=$now
    fi
    sleep 0.1 || sleep 1
  done
  kill $children $input
} </dev/null 2>/dev/null 3<&- &
loop=$!
exec 3<&-
wait $input
ended=$?
kill $children $loop 2>/dev/null
[ $ended -eq 0 ] || echo 'a ping ended by itself' >&2
exit $ended`;
}

/** Becomes the kernel's lines of the VIPs that the node holds, within double quotes. */
function heldScript(vips: readonly string[]): string {
  const wordsOf = (family: Family, word: (vip: string) => string) =>
    vips.filter((vip) => familyOf(vip) === family).flatMap((vip) => ['-e', word(vip)]);
  const words6 = wordsOf(6, kernelAddress);
  const words4 = wordsOf(4, (vip) => ` ${vip}/`);
  return [
    ...(words6.length > 0 ? [sh`$(grep -F ${words6} /proc/net/if_inet6)`] : []),
    ...(words4.length > 0 ? [sh`$(ip -4 -o addr show | grep -F ${words4})`] : []),
  ].join(' ');
}

/** iputils takes up to 6 ms longer from probe to probe: 20 Hz and a little more. */
const INTERVAL_SECONDS = 0.04;
