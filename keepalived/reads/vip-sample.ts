import { senseless } from '#engine/model/host-answers.ts';
import type { Output, Read } from '#engine/model/read.ts';
import { USER } from '#engine/shell/program-functions.ts';
import { sh } from '#engine/shell/quote.ts';
import { familyOf } from '../address.ts';
import {
  addressesScript,
  type HeldAddress,
  INET6,
  parseAddress,
  parseNeighbour,
  pingScript,
} from './addresses.ts';
import { FIND_LOG, lastLines } from './pod-log.ts';
import { ALL_PROCESSES, noRight, uptimeBy } from './process.ts';

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
  /** The exit status of each of these runs, that of chroot or timeout where it is theirs. */
  readonly statuses: Readonly<Record<string, number>>;
  /** What HTTP status each of those had that ask a URL; 0 for no answer. */
  readonly answers: Readonly<Record<string, number>>;
  /** VIPs that answered a ping from this node. */
  readonly reached: readonly string[];
  /** The MAC address that this node has for a VIP in its neighbour table. */
  readonly neighbours: Readonly<Record<string, string>>;
  /** VIPs for which somebody answered, if not the ping, then neighbour discovery or ARP. */
  readonly reachable: readonly string[];
  readonly log: readonly string[];
}

/** chroot's own status for a program that it does not find (chroot(1)). */
export const ABSENT = 127;

/** A job in the background, and what is printed once it has succeeded, or else failed. */
interface Job {
  readonly script: string;
  readonly told: string;
}

/** Looks at a node's part of its ring: about a second at most, while a VIP does not answer. */
export function vipSample(request: SampleRequest): Read<VipSample> {
  const { sources, vips } = request;
  const dev = request.interface;
  const pings = pingJobs(request);
  const checks = checkJobs(request);
  return {
    key: `vips ${dev} ${sources.join(' ')} ${vips.join(' ')}`,
    shared: [ALL_PROCESSES, INET6],
    script: `${USER}
echo "user $user"
${UPTIME}
${begin('ping', pings)}
[ -z "$main" ] || {
${begin('check', checks)}
${end('check', checks)}
}
${end('ping', pings)}
${sh`[ ! -e /sys/class/net/${dev}/address ] || { read -r mac </sys/class/net/${dev}/address; echo mac "$mac"; }`}
echo addresses
${addressesScript(sources.map(familyOf))} || exit
echo neighbours
${sh`ip neigh show dev ${dev} 2>/dev/null`}
echo log
${FIND_LOG}
[ ! -r "$log" ] || exec tail -n 100 "$log"`,
    parse: (output) => parseLook(output, vips),
  };
}

/**
 * Who drops pings may answer neighbour discovery and ARP. An entry of before would hide that nobody
 * does by now, so that it is forgotten where it gets no answer, and the VIP asked for anew.
 */
function pingJobs({ sources, vips, interface: dev }: SampleRequest): readonly Job[] {
  return sources.flatMap((source) =>
    vips
      .filter((vip) => familyOf(vip) === familyOf(source))
      .map((vip) => ({
        script: pingScript(source, vip),
        told: `${sh`&& echo reached ${vip}`} || {
${sh`entry=$(ip -o neigh show to ${vip} dev ${dev})`}
case $entry in *REACHABLE*)
  ${sh`ip neigh flush to ${vip} dev ${dev}`} && ${pingScript(source, vip)} ${sh`&& echo reached ${vip}`} ;;
esac; }`,
      })),
  );
}

function checkJobs({ checks }: SampleRequest): readonly Job[] {
  return checks.map(({ name, script, timeout }) => {
    const command = [...script.split(' '), ...(asksUrl(script) ? answerOf(name) : [])];
    const quiet = asksUrl(script) ? '2>/dev/null' : '>/dev/null 2>&1';
    return {
      script: `${sh`timeout ${timeout} chroot "/proc/$main/root" ${command}`} ${quiet}`,
      told: sh`&& echo check ${name} 0 || echo check ${name} "$?"`,
    };
  });
}

/** curl then prints nothing of its own, and can be told to print how it was answered. */
function asksUrl(script: string): boolean {
  return /^\/usr\/bin\/curl .* -o \/dev\/null$/.test(script);
}

function answerOf(name: string): readonly string[] {
  return ['-w', `answer ${name} %{http_code}\\n`];
}

function begin(name: string, jobs: readonly Job[]): string {
  return [':', ...jobs.map(({ script }, index) => `${script} &\n${name}${index}=$!`)].join('\n');
}

function end(name: string, jobs: readonly Job[]): string {
  return jobs.map(({ told }, index) => `wait "$${name}${index}" ${told}`).join('\n');
}

/** Field 22 of /proc/PID/stat is the start in ticks since boot, 100 a second on Linux (proc(5)). */
const UPTIME = `set -- $mains
main=\${1-}
echo "running $#"
if [ -n "$main" ] && read -r stat <"/proc/$main/stat"; then
  read -r now _ </proc/uptime
  set -- \${stat##*) }
  echo "times \${20} $now"
fi`;

/** Each begins with its name on a line of its own; the last, the log, may hold any line. */
const PARTS = ['addresses', 'neighbours', 'log'] as const;

/** What comes before the first part, between the others, and behind the last. */
function partsOf(stdout: string): readonly string[] {
  const parts: string[] = [];
  let rest = `\n${stdout}`;
  for (const name of PARTS) {
    const at = rest.indexOf(`\n${name}\n`);
    if (at < 0) throw senseless(stdout);
    parts.push(rest.slice(0, at + 1));
    rest = rest.slice(at + name.length + 1);
  }
  return [...parts, rest];
}

function parseLook({ stdout }: Output, vips: readonly string[]): VipSample {
  const [told, addresses, nextTo, log = ''] = partsOf(stdout);
  const [lines, neighbours] = [linesOf(told), linesOf(nextTo)];
  const of = (kind: string) => lines.filter(([first]) => first === kind).map(([, ...rest]) => rest);
  const user = Number(of('user')[0]?.[0]);
  // Only root comes into keepalived's root, where its checks run: to another user all of them fail.
  if (user !== 0) throw noRight(user, 'to look at the host');
  return {
    running: Number(of('running')[0]?.[0] ?? 0),
    uptime: uptimeBy(of('times')[0] ?? []),
    addresses: linesOf(addresses).map((words) => parseAddress(words.join(' '))),
    mac: of('mac')[0]?.[0] ?? '',
    checks: Object.fromEntries(of('check').map(([name = '', status]) => [name, status === '0'])),
    statuses: Object.fromEntries(of('check').map(([name = '', status]) => [name, Number(status)])),
    answers: Object.fromEntries(of('answer').map(([name = '', code]) => [name, Number(code)])),
    reached: of('reached').map(([vip = '']) => vip),
    neighbours: Object.fromEntries(neighbours.flatMap((words) => parseNeighbour(words, vips))),
    reachable: neighbours
      .filter((words) => words.includes('REACHABLE'))
      .flatMap((words) => parseNeighbour(words, vips).map(([vip]) => vip)),
    log: lastLines(log),
  };
}

/** Their words. */
function linesOf(text = ''): readonly (readonly string[])[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(' '));
}
