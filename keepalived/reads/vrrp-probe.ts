import type { Output, Read } from '#engine/model/read.ts';
import { sh } from '#engine/shell/quote.ts';
import { pingScript } from './addresses.ts';
import { type Claim, type Heard, heardIn, LISTEN, parseClaim } from './adverts.ts';
import { FIND_LOG } from './pod-log.ts';
import { ALL_PROCESSES } from './process.ts';
import { DUMP, parseState, type VrrpState } from './vrrp-state.ts';

/** What keepalived says of itself, twice; or why it does not. */
export type Told =
  | {
      readonly by: 'keepalived';
      readonly before: readonly VrrpState[];
      readonly after: readonly VrrpState[];
    }
  | { readonly by: 'nobody'; readonly reason: 'not running' | 'built without JSON' | 'silent' };

/** A look of some seconds at a node's VRRP. It disturbs nothing but keepalived's dump of its state. */
export interface VrrpProbe extends Heard {
  readonly told: Told;
  /** Who answered for VIPs that this node asked for anew. */
  readonly claims: readonly Claim[];
  /** Lines in which keepalived refused an advert meanwhile. */
  readonly refusals: readonly string[];
}

/** An interval between adverts that is longer than this is not waited for in full. */
const MOST_SECONDS = 5;

/**
 * Asks keepalived for its state twice, three intervals between adverts apart, and listens on the
 * interface meanwhile, which needs a tcpdump on the node. With no keepalived it listens as long.
 */
export function vrrpProbe(name: string, pairs: readonly Pair[] = []): Read<VrrpProbe> {
  return {
    key: `vrrp ${name}`,
    volatile: true,
    shared: [ALL_PROCESSES],
    script: `${sh`dev=${name}`}\n${solicit(name, pairs)}\n${LISTEN}\n${FUNCTIONS}\n${LOOK}`,
    parse: parseProbe,
  };
}

/** A VIP, and the node's address of its family that asks for it. */
export interface Pair {
  readonly source: string;
  readonly vip: string;
}

/**
 * Asks for VIPs as if they had never been known here, so that all who have them answer, and not only
 * the one in the neighbour table. tcpdump has its time to begin before that.
 */
function solicit(dev: string, pairs: readonly Pair[]): string {
  const asked = pairs.map(
    ({ source, vip }) =>
      `{ ${sh`ip neigh flush to ${vip} dev ${dev}`}; ${pingScript(source, vip)}; } >/dev/null 2>&1 &`,
  );
  return ['solicit() {', 'sleep 0.5', ...asked, 'wait', '}'].join('\n');
}

const FUNCTIONS = `${DUMP}
find_seconds() {
  fd='' seconds=''
  [ -z "$pid" ] || find_memfd "$pid"
  [ -z "$fd" ] || seconds=$(sed -n 's/^advert_int[[:space:]]*\\([0-9.]*\\).*/\\1/p' "$fd" | sort -rn)
  seconds=\${seconds%%"$lf"*}
  case $seconds in '' | *[!0-9.]* | .*) seconds=1 ;; esac
  [ "\${seconds%%.*}" -lt ${MOST_SECONDS} ] || seconds=${MOST_SECONDS}
}
pause() { sleep "$seconds" "$seconds" "$seconds" "$1"; }
meanwhile() { solicit & pause 1.2; }
ask_twice() {
  if [ -z "$pid" ]; then echo "told not running"
  elif ! find_signal; then echo "told built without JSON"
  elif ! before=$(dump); then echo "told silent"
  else
    pause 0.3
    if after=$(dump); then printf 'before %s\\nafter %s\\n' "$before" "$after"; else echo "told silent"; fi
  fi
}`;

/** What was heard is printed when nobody else prints any more, since a buffer can end within a line. */
const LOOK = `find_seconds
${FIND_LOG}
followed=$log had=$logs
[ -z "$log" ] || lines=$(wc -l <"$log")
ask_twice &
heard=$(listen 'ip6 proto 112 or ip proto 112 or (icmp6 and ip6[40] = 136) or (arp and arp[6:2] = 2)' meanwhile)
wait
# No here-document: an older bash keeps it in /tmp, which may be full.
printf '%s\\n' "$heard" | while IFS='' read -r line; do printf 'heard %s\\n' "$line"; done
# A container that has begun meanwhile has another log; what others had said before is old.
${FIND_LOG}
case "$had " in *" $log "*) log= ;; esac
{
  [ -z "$followed" ] || tail -n "+$((lines + 1))" "$followed"
  [ -z "$log" ] || cat "$log"
} | sed -n '
s/^[^ ]* std[a-z]* F /refused /
/not a unicast peer/p
/unexpected ip number count/p
/not present in MASTER advert/p'
true`;

function parseProbe({ stdout }: Output): VrrpProbe {
  const lines = stdout.split('\n');
  const of = (kind: string) =>
    lines.filter((line) => line.startsWith(`${kind} `)).map((line) => line.slice(kind.length + 1));
  const heard = of('heard');
  return {
    ...heardIn(heard),
    told: toldOf(of),
    claims: heard.map(parseClaim).filter((claim) => claim !== undefined),
    refusals: of('refused'),
  };
}

function toldOf(of: (kind: string) => readonly string[]): Told {
  const [reason] = of('told');
  if (reason === 'not running' || reason === 'built without JSON') return { by: 'nobody', reason };
  const [before, after] = [of('before')[0], of('after')[0]].map((text) => parseState(text ?? ''));
  return before === undefined || after === undefined
    ? { by: 'nobody', reason: 'silent' }
    : { by: 'keepalived', before, after };
}
