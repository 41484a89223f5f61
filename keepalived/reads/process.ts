import type { Read } from '#engine/model/read.ts';

/**
 * Shell functions that find keepalived from the host, without its container runtime. The main
 * process is the one that is process 1 of its own namespace, and what it has loaded is in a memfd
 * (keepalived 2.2.7: open_and_read_config in lib/parser.c keeps the file it has read so). Those that
 * find set a variable, `mains`, `fd` or `pod`, with no process but one; the others print the same.
 */
export const PROCESS_FUNCTIONS = `
lf='
'
find_mains() {
  mains='' named=''
  for word in $(grep -Hs -e '^Name:[[:space:]]*keepalived$' -e '^NSpid:.*[[:space:]]1$' /proc/[0-9]*/status); do
    case $word in
      /proc/*/status:Name:) named=\${word%/status:Name:} ;;
      "$named/status:NSpid:") mains="$mains \${named#/proc/}" ;;
    esac
  done
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

/** `tell_process PID…` prints, for parseProcess, what the main processes of keepalived are. */
export const TELL_PROCESS = `tell_process() {
  echo $#
  [ $# != 0 ] || return 0
  find_pod "$1"
  echo "\${pod:--}"
  find_memfd "$1"
  [ -z "$fd" ] || { echo memfd; cat "$fd"; }
}`;

/** What runs on a host. */
export interface ProcessFact {
  /** How many keepaliveds run; more than one fight over the same VIPs. */
  readonly running: number;
  /** The mark that the manifest gave the pod; '' where it gave none. */
  readonly pod: string;
  /** The text that it has loaded; undefined for a keepalived that keeps none. */
  readonly configuration: string | undefined;
}

/** The keepalived of the host. Volatile: kubelet starts and restarts it on its own. */
export const keepalivedProcess: Read<ProcessFact> = {
  key: 'keepalived process',
  volatile: true,
  script: `${PROCESS_FUNCTIONS}
${TELL_PROCESS}
find_mains
tell_process $mains`,
  parse: ({ stdout }) => parseProcess(stdout),
};

/** What `tell_process` has printed. */
export function parseProcess(stdout: string): ProcessFact {
  const [running = '0', pod = '-', memfd, ...configuration] = stdout.split('\n');
  return {
    running: Number(running),
    pod: pod === '-' ? '' : pod,
    configuration: memfd === 'memfd' ? configuration.join('\n') : undefined,
  };
}
