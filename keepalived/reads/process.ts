import type { Output } from '#engine/model/output.ts';
import type { Read } from '#engine/model/read.ts';

/**
 * Shell functions that find keepalived from the host, without its container runtime. The main
 * process is the one that is process 1 of its own namespace, and what it has loaded is in a memfd
 * (keepalived 2.2.7: open_and_read_config in lib/parser.c keeps the file it has read so).
 */
export const PROCESS_FUNCTIONS = `
main_processes() {
  for status in $(grep -ls '^NSpid:.*[[:space:]]1$' /dev/null $(grep -ls '^Name:[[:space:]]*keepalived$' /proc/[0-9]*/status)); do
    pid=\${status#/proc/}
    echo "\${pid%/status}"
  done
}
memfd() {
  ls -l "/proc/$1/fd" 2>/dev/null |
    sed -n "s|.* \\([0-9]*\\) -> /memfd:/keepalived/consolidated_configuration.*|/proc/$1/fd/\\1|p" |
    head -n 1
}
mark_of() { tr '\\0' '\\n' <"/proc/$1/environ" 2>/dev/null | sed -n 's/^ROTA_POD=//p'; }`;

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
set -- $(main_processes)
echo $#
[ $# != 0 ] || exit 0
mark_of "$1" | head -n 1 | grep . || echo -
fd=$(memfd "$1")
[ -z "$fd" ] || { echo memfd; cat "$fd"; }`,
  parse: parseProcess,
};

function parseProcess({ stdout }: Output): ProcessFact {
  const [running = '0', pod = '-', memfd, ...configuration] = stdout.split('\n');
  return {
    running: Number(running),
    pod: pod === '-' ? '' : pod,
    configuration: memfd === 'memfd' ? configuration.join('\n') : undefined,
  };
}
