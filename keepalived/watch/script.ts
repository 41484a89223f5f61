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
held() { ${heldScript(vips)}; }
${sh`link() { { read -r link </sys/class/net/${dev}/carrier; } 2>/dev/null || link=0; }`}
exec 3<&0
cat <&3 >/dev/null 2>&1 &
input=$!
{
  before=
  while kill -0 $$ $children; do
    link
    now="held $link $(held)"
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

/** Prints the lines of the kernel that name a VIP, from where each family's are seen without a wait. */
function heldScript(vips: readonly string[]): string {
  const of = (family: Family) => vips.filter((vip) => familyOf(vip) === family);
  const lists = [
    [of(6).map(kernelAddress), 'cat /proc/net/if_inet6'],
    [of(4).map((vip) => ` ${vip}/`), 'ip -4 -o addr show'],
  ] as const;
  return lists
    .filter(([words]) => words.length > 0)
    .map(([words, list]) => `${list} | grep -F ${sh`${words.flatMap((word) => ['-e', word])}`}`)
    .join('; ');
}

/** iputils takes up to 6 ms longer from probe to probe: 20 Hz and a little more. */
const INTERVAL_SECONDS = 0.04;
