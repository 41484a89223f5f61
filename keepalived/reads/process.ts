import { Failure } from '#engine/model/failure.ts';
import { senseless } from '#engine/model/host-answers.ts';
import type { Output, Read } from '#engine/model/read.ts';

/**
 * Shell functions that find keepalived from the host, without its container runtime. The main
 * process is root's one that is process 1 of its own namespace, and what it has loaded is in a memfd
 * (keepalived 2.2.7: open_and_read_config in lib/parser.c keeps the file it has read so). One that is
 * neither that nor the child of a keepalived is of others: a service of the host, or in a container
 * behind another process 1. Those that find set variables, `mains`, `others` and `kubelet`, `fd`, `pod` or
 * `unit`, with no process but one; the others print the same.
 */
export const PROCESS_FUNCTIONS = `
lf='
'
find_mains() {
  mains='' others='' named='' all=' ' kubelet=''
  for word in $(grep -Hs -e '^Name:[[:space:]]*keepalived$' -e '^Name:[[:space:]]*kubelet$' -e '^Name:[[:space:]]*k3s-server$' -e '^Name:[[:space:]]*k3s-agent$' -e '^NSpid:.*[[:space:]]1$' /proc/[0-9]*/status); do
    case $word in
      /proc/*/status:Name:) named=\${word%/status:Name:} ;;
      keepalived) all="$all\${named#/proc/} " ;;
      kubelet | k3s-server | k3s-agent) kubelet=$named named='' ;;
      "$named/status:NSpid:") ! is_of_root "$named" || mains="$mains \${named#/proc/}" ;;
    esac
  done
  for candidate in $all; do
    case "$mains " in *" $candidate "*) ;; *) ! is_of_others "$candidate" || others="$others $candidate" ;; esac
  done
}
# A user who has a namespace of his own has process 1 of it, too, and his are all programs in its root.
is_of_root() {
  real=''
  { while read -r name value _; do [ "$name" != Uid: ] || real=$value; done <"$1/status"; } 2>/dev/null
  [ "$real" = 0 ]
}
# What is run for a moment to ask it something is in the root, or the namespace, of the pod's.
is_of_others() {
  parent='' spaces=''
  { while read -r name value; do
    case $name in PPid:) parent=$value ;; NSpid:) spaces=$value ;; esac
  done <"/proc/$1/status"; } 2>/dev/null
  case "$all" in *" $parent "*) return 1 ;; esac
  case $spaces in
    '') return 1 ;;
    *[!0-9]*) for main in $mains; do [ ! "/proc/$1/ns/pid" -ef "/proc/$main/ns/pid" ] || return 1; done ;;
    *) [ "/proc/$1/root" -ef / ] ;;
  esac
}
find_unit() {
  unit=''
  { while read -r group; do
    case $group in *.service | *.scope) unit=\${group##*/} ;; esac
  done <"/proc/$1/cgroup"; } 2>/dev/null || :
  case $unit in *[!A-Za-z0-9@_.:-]*) unit='' ;; esac
}
main_processes() {
  find_mains
  for main in $mains; do echo "$main"; done
}
find_memfd() {
  fd=$(ls -l "/proc/$1/fd" 2>/dev/null) || :
  case $fd in
    *' -> /memfd:/keepalived/consolidated_configuration'*)
      fd=\${fd%%' -> /memfd:/keepalived/consolidated_configuration'*}
      fd=\${fd##* } ;;
    *) fd='' ;;
  esac
  # The name of an open file is whatever its owner likes.
  case $fd in '' | *[!0-9]*) fd='' ;; *) fd=/proc/$1/fd/$fd ;; esac
}
memfd() { find_memfd "$1"; [ -z "$fd" ] || echo "$fd"; }
# Whether the children of keepalived have read it, too, behind whose last byte their own place in it is
# then. Until they are told to, it is not in force; and never are they where keepalived checks it before
# (reload_check_config), and that has not passed in five seconds.
is_loaded() {
  for reader in $all; do
    [ "$reader" != "$1" ] && [ "/proc/$reader/fd/\${fd##*/}" -ef "$fd" ] || continue
    { read -r _ place <"/proc/$reader/fdinfo/\${fd##*/}"; } 2>/dev/null && [ "$place" = "$2" ] || return 1
  done
}
find_pod() {
  { pod=$lf$(tr '\\0' '\\n' <"/proc/$1/environ"); } 2>/dev/null || :
  case $pod in
    *"$lf"ROTA_POD=*)
      pod=\${pod#*"$lf"ROTA_POD=}
      pod=\${pod%%"$lf"*} ;;
    *) pod='' ;;
  esac
}
mark_of() { find_pod "$1"; [ -z "$pod" ] || echo "$pod"; }`;

/** One pass over all processes, for all reads that ask for some. */
export const ALL_PROCESSES = `${PROCESS_FUNCTIONS}\nfind_mains`;

/** What runs on a host. */
export interface ProcessFact {
  /** How many keepaliveds run; more than one fight over the same VIPs. */
  readonly running: number;
  /** Keepaliveds that no pod of ours can be: a service of the host, or in a container of somebody else's. */
  readonly others: readonly OtherProcess[];
  /** The mark that the manifest gave the pod; '' where it gave none. */
  readonly pod: string;
  /** The text that it has read last; undefined for a keepalived that keeps none. */
  readonly configuration: string | undefined;
  /** False: it still runs with what it had read before that. */
  readonly isLoaded: boolean;
}

/** A keepalived of somebody else's. */
export interface OtherProcess {
  readonly pid: number;
  /** What its cgroup is named after: `keepalived.service`; '' where it was started by hand. */
  readonly unit: string;
}

/** The keepalived of the host. Volatile: kubelet starts and restarts it on its own. */
export const keepalivedProcess: Read<ProcessFact> = {
  key: 'keepalived process',
  volatile: true,
  shared: [ALL_PROCESSES],
  script: `set -- $mains
told=$#
for other in $others; do
  find_unit "$other"
  told="$told $other:$unit"
done
echo "$told"
[ $# != 0 ] || exit 0
find_pod "$1"
echo "\${pod:--}"
find_memfd "$1"
[ -n "$fd" ] || exit 0
echo memfd
{ cat <&3 && read -r _ size </proc/self/fdinfo/3 || exit; } 3<"$fd"
if is_loaded "$1" "$size"; then printf '\\nloaded\\n'; else printf '\\nread\\n'; fi`,
  parse: parseProcess,
};

function parseProcess({ stdout }: Output): ProcessFact {
  const [told = '', pod = '-', memfd, ...rest] = stdout.split('\n');
  const [running = '0', ...others] = told.split(' ');
  const [, text, end] = /^(.*)\n(loaded|read)\n*$/s.exec(rest.join('\n')) ?? [];
  if (memfd === 'memfd' && end === undefined) throw senseless(stdout);
  return {
    running: Number(running),
    others: others.map((other) => {
      const [pid = '', ...unit] = other.split(':');
      return { pid: Number(pid), unit: unit.join(':') };
    }),
    pod: pod === '-' ? '' : pod,
    configuration: memfd === 'memfd' ? text : undefined,
    isLoaded: end !== 'read',
  };
}

/** "keepalived.service (process 4711)", for each. */
export function othersText(others: readonly OtherProcess[]): string {
  return others.map(({ pid, unit }) => `${unit || 'started by hand'} (process ${pid})`).join(', ');
}

/** Why a user other than root cannot do something with a host: "to change the host". */
export function noRight(user: number, what: string): Failure {
  return new Failure(`The user has no right ${what}`, {
    ran: `id -u → ${user}`,
    fix: 'Set ansible_user: root, or ansible_become: true for a user who may become root.',
  });
}

/** By the start, in ticks, and the uptime of the machine. */
export function uptimeBy(words: readonly string[]): number {
  if (words.length === 0) return 0;
  const [started = '', now = ''] = words;
  if (!/^\d{1,15}$/.test(started) || !/^\d{1,12}(\.\d+)?$/.test(now))
    throw senseless(words.join(' '));
  return Math.max(0, Number(now) - Number(started) / 100);
}
