import { CLOCK, FOLDERS } from '#engine/shell/program-functions.ts';
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
 * Prints a line for every answer to a probe, and one whenever what the node holds has changed, as `ip
 * monitor` tells it; where that cannot be had, it looks ten times a second. Ends, with all that it
 * started, when its stdin ends, when one of its pings does, or when its shell is killed; what it
 * started outlives the shell by a moment.
 */
export function watchScript(request: WatchRequest): string {
  const { sources, vips, peers } = request;
  const targets = [...vips, ...peers];
  const pings = sources.flatMap((source) =>
    targets
      .filter((target) => familyOf(target) === familyOf(source))
      .map((target) => sh`probe -I ${source} ${target}`),
  );
  const begin = `options=
for candidate in -D ''; do
  options="-n $candidate -i ${INTERVAL_SECONDS}"
  ping $options -c 1 -W 1 ${sh`${sources[0] ?? ''}`} >/dev/null 2>&1 && break
  options=
done
[ -n "$options" ] || { echo 'ping cannot probe every ${INTERVAL_SECONDS} s here' >&2; exit 1; }`;
  return [begin, FOLDERS, PIPES, ...pings, following(request, 'sleep 0.1 || sleep 1')].join('\n');
}

/** The same without probes, for who follows a ring for days: at rest no process does anything. */
export function followScript(request: Pick<WatchRequest, 'interface' | 'vips'>): string {
  return [FOLDERS, PIPES, following(request, 'sleep 2')].join('\n');
}

/** `pause` is between two looks where nobody tells of changes. */
function following(
  { interface: dev, vips }: Pick<WatchRequest, 'interface' | 'vips'>,
  pause: string,
): string {
  return `look() {
  ${sh`{ read -r link </sys/class/net/${dev}/carrier; } 2>/dev/null || link=0`}
  # One that failed is no news: no event may follow that would set it right.
  for try in 1 2 3; do
    now="held $link ${heldScript(vips)}"
    case $now in *unsure*) sleep 0.1 || sleep 1 ;; *) break ;; esac
  done
  [ "$now" = "$before" ] || echo $now
  before=$now
}
${MONITOR}
${loop(pause)}`;
}

/**
 * Two pipes, by way of fifos that are gone before they are used. `events` is what the loop alone reads
 * (7), a line each: whoever writes to it (4) ends with it, and waits for no room. `life` (5) is open for
 * writing in this shell alone, once all is started: when it ends, the shell has, and the processes that
 * were written into it are killed. So nobody has to look. A shell that ends by itself has its helpers kill
 * them, too: whoever reads `life` may be gone.
 */
const PIPES = `pipe=$here/watch-$$
(umask 077; mkdir -p "$here" && mkfifo "$pipe-events" "$pipe-life") || exit 1
exec 3<&0 7<>"$pipe-events" 4>"$pipe-events" 5<>"$pipe-life" 6<"$pipe-life" </dev/null
rm -f "$pipe-events" "$pipe-life"
{
  children= ear=
  while read -r child pid; do
    if [ "$child" = ear ]; then ear=$pid; else children="$children $child"; fi
  done
  kill $children $ear
} <&6 2>/dev/null 4>&- 5>&- 7<&- &
{ while read -r _; do :; done; echo 'stdin ended' >&4; } <&3 5>&- 7<&- &
echo $! >&5
exec 3<&- 6<&-
helpers=
trap 'kill $helpers 2>/dev/null' EXIT
tell_life() { echo "$@" $! >&5; exec 5>&- 7<&-; }
probe() {
  {
    trap 'kill $!; exit' TERM
    ping $options "$@" </dev/null 4>&- 5>&- 7<&- &
    tell_life
    wait $!
    echo 'ping ended' >&4
  } 2>/dev/null &
  helpers="$helpers $!"
}`;

/** iputils takes up to 6 ms longer from probe to probe: 20 Hz and a little more. */
const INTERVAL_SECONDS = 0.04;

/** Becomes the kernel's lines of the VIPs that the node holds, within double quotes. */
function heldScript(vips: readonly string[]): string {
  const wordsOf = (family: Family, word: (vip: string) => string) =>
    vips.filter((vip) => familyOf(vip) === family).flatMap((vip) => ['-e', word(vip)]);
  const words6 = wordsOf(6, kernelAddress);
  const words4 = wordsOf(4, (vip) => ` ${vip}/`);
  return [
    ...(words6.length > 0
      ? [sh`$(grep -F ${words6} /proc/net/if_inet6 || [ $? = 1 ] || echo unsure)`]
      : []),
    ...(words4.length > 0
      ? [
          sh`$({ ip -4 -o addr show || echo unsure; } | grep -F -e unsure ${words4} || [ $? = 1 ] || echo unsure)`,
        ]
      : []),
  ].join(' ');
}

/**
 * A line of events for each change of an address or a link, and one once it listens, which `ip` does
 * not say: the kernel's list has its socket then, with the groups of links and of both families'
 * addresses (0x111). `deaf` when this host's `ip` has no monitor, or when that has ended.
 */
const MONITOR = `${CLOCK}
listens() {
  ls -l "/proc/$1/fd" | sed -n 's|.* socket:\\[\\([0-9]*\\)]$|^[^ ]* *0 *[^ ]* *[0-9a-f]*[13579bdf][13579bdf][13579bdf] .* \\1 *$|p' |
    grep -qf - /proc/net/netlink
}
{
  trap 'kill $!; exit' TERM
  ip -o monitor link address </dev/null >&4 2>&4 5>&- 7<&- &
  tell_life ear
  start_clock 5
  until listens $!; do
    has_time && kill -0 $! || { kill $!; break; }
    echo 'not yet' >&4
    sleep 0.1 || sleep 1
  done
  echo 'listens from now on' >&4
  wait $!
  printf '\\ndeaf\\n' >&4
} 2>/dev/null &
helpers="$helpers $!"`;

/** A look after every event. It sends itself the next one where nobody else does. */
function loop(pause: string): string {
  return `before=
look
{
  while read -r event <&7; do
    case $event in
      'stdin ended') exit 0 ;;
      'ping ended') break ;;
      deaf | tick) [ "$event" = tick ] || echo ear >&5; look; ${pause}; echo tick >&4 ;;
      *) look ;;
    esac
  done
} 2>/dev/null
echo 'a ping ended by itself' >&2
exit 1`;
}
