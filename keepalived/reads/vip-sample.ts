import { noRight } from '#engine/model/no-right.ts';
import type { Output } from '#engine/model/output.ts';
import type { Read } from '#engine/model/read.ts';
import { sh } from '#engine/shell/quote.ts';
import { familyOf } from '../address.ts';
import { addressesScript, type HeldAddress, parseAddress, pingScript } from './addresses.ts';
import { PROCESS_FUNCTIONS } from './process.ts';

/** What is to be looked at on one node. Addresses are as inet_ntop(3) writes them. */
export interface SampleRequest {
  readonly interface: string;
  /** The node's own addresses, one for each family of its VIPs. */
  readonly sources: readonly string[];
  readonly vips: readonly string[];
  /** The health checks, as keepalived runs them. */
  readonly checks: readonly {
    readonly name: string;
    readonly script: string;
    readonly timeout: number;
  }[];
}

/** One look at a node: volatile, and so no part of a plan. */
export interface VipSample {
  readonly running: number;
  /** Seconds since the main process started; 0 when none runs. */
  readonly uptime: number;
  readonly addresses: readonly HeldAddress[];
  /** The interface's MAC address; '' when there is no such interface. */
  readonly mac: string;
  /** Whether each health check passes, run here and now in keepalived's own root. */
  readonly checks: Readonly<Record<string, boolean>>;
  /** VIPs that answered a ping from this node. */
  readonly reached: readonly string[];
  /** The MAC address that this node has for a VIP in its neighbour table. */
  readonly neighbours: Readonly<Record<string, string>>;
  readonly log: readonly string[];
}

const LOG_LINES = 4;

/** Looks at a node's part of its ring: about a second at most, while a VIP does not answer. */
export function vipSample(request: SampleRequest): Read<VipSample> {
  const { sources, vips, checks } = request;
  const dev = request.interface;
  const pings = sources.flatMap((source) =>
    vips
      .filter((vip) => familyOf(vip) === familyOf(source))
      .map((vip) => `{ ${pingScript(source, vip)} && ${sh`echo reached ${vip}`}; } &`),
  );
  const runs = checks.map(
    ({ name, script, timeout }) =>
      sh`{ timeout ${timeout} chroot "/proc/$pid/root" ${script.split(' ')} >/dev/null 2>&1 && echo check ${name} ok || echo check ${name} failed; } &`,
  );
  return {
    key: `vips ${dev} ${sources.join(' ')} ${vips.join(' ')}`,
    script: `${PROCESS_FUNCTIONS}
echo "user $(id -u)"
${UPTIME}
${pings.join('\n')}
if [ -n "$pid" ]; then :
${runs.join('\n')}
fi
wait
held=$(${addressesScript(sources.map(familyOf))}) || exit
echo "$held" | sed 's/^/address /'
${sh`[ ! -e /sys/class/net/${dev}/address ] || { read -r mac </sys/class/net/${dev}/address; echo mac "$mac"; }`}
${sh`ip neigh show dev ${dev} 2>/dev/null | sed 's/^/neighbour /'`}
${LOG}`,
    parse: (output) => parseSample(output, vips),
  };
}

/** Field 22 of /proc/PID/stat is the start in ticks since boot, 100 a second on Linux (proc(5)). */
const UPTIME = `set -- $(main_processes)
pid=\${1-}
echo "running $#"
if [ -n "$pid" ] && read -r stat <"/proc/$pid/stat"; then
  read -r now _ </proc/uptime
  set -- \${stat##*) }
  echo "times \${20} $now"
fi`;

/**
 * Where kubelet puts a container's log, whatever the runtime; each line begins with its time, stream
 * and a flag. Every VIP's neighbour advertisements and gratuitous ARPs, ten seconds apart, and our
 * own questions would hide the rest.
 */
const LOG = `log=$(ls -t /var/log/pods/*keepalived*/keepalived/*.log 2>/dev/null | head -n 1)
[ -z "$log" ] || tail -n 40 "$log" | sed '/nsolicited/d;/gratuitous ARP/d;/ as json for /d;s/^[^ ]* std[a-z]* F /log /' | tail -n ${LOG_LINES}
true`;

function parseSample({ stdout }: Output, vips: readonly string[]): VipSample {
  const lines = stdout.split('\n').map((line) => line.split(' '));
  const of = (kind: string) => lines.filter(([first]) => first === kind).map(([, ...rest]) => rest);
  const user = Number(of('user')[0]?.[0]);
  // Only root comes into keepalived's root, where its checks run: to another user all of them fail.
  if (user !== 0) throw noRight(user, 'to look at the host');
  const [started = 0, now = 0] = (of('times')[0] ?? []).map(Number);
  return {
    running: Number(of('running')[0]?.[0] ?? 0),
    uptime: now === 0 ? 0 : Math.max(0, now - started / 100),
    addresses: of('address').map((words) => parseAddress(words.join(' '))),
    mac: of('mac')[0]?.[0] ?? '',
    checks: Object.fromEntries(of('check').map(([name = '', result]) => [name, result === 'ok'])),
    reached: of('reached').map(([vip = '']) => vip),
    neighbours: Object.fromEntries(of('neighbour').flatMap((words) => neighbour(words, vips))),
    log: of('log').map((words) => words.join(' ')),
  };
}

/** `ADDRESS lladdr MAC … STATE`, as ip-neighbour(8) prints it. */
function neighbour(words: readonly string[], vips: readonly string[]): readonly [string, string][] {
  const mac = words[words.indexOf('lladdr') + 1];
  const [address = ''] = words;
  return vips.includes(address) && words.includes('lladdr') && mac ? [[address, mac]] : [];
}
