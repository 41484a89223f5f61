import { readFileSync } from 'node:fs';

/** Sets `user` to the number of the user that a script runs as, without a process: 0 is root. */
export const USER = `while read -r field _ user _; do [ "$field" != Uid: ] || break; done </proc/self/status
: "\${user:?is not told by /proc/self/status}"`;

/**
 * The format of what is kept on hosts: leases, armed runs, pre-images, marks. To be raised with a
 * change that a rota of before would misread.
 */
export const FORMAT = 1;

/** The exit status of a script that finds a newer format: EX_PROTOCOL of sysexits.h. */
export const NEWER_FORMAT = 76;

/** Ends a script where this folder on the host is of a format that this rota does not know. */
export function requireFormat(folder: string): string {
  return `{ read -r format <"${folder}/format"; } 2>/dev/null || format=0
[ "$format" -le ${FORMAT} ] 2>/dev/null || { echo "the state of rota on this host is of format $format" >&2; exit ${NEWER_FORMAT}; }`;
}

/** Says the format, once. */
export const WRITE_FORMAT = `{ [ -e "\${runs%/*}/format" ] || echo ${FORMAT} >"\${runs%/*}/format"; }`;

/** Sets `runs` and `here`, as FOLDERS does, in whatever format their content is. */
export const FOLDERS_OF_ANY_FORMAT = `${USER}
if [ "$user" = 0 ]; then runs=/var/lib/rota/runs here=/run/rota
else runs=$HOME/.local/state/rota/runs here=$HOME/.local/state/rota; fi`;

/**
 * Sets `runs`, the folder on a host that has a folder per run (what the run wrote over, how to undo
 * it, how it came out), and `here`, the folder of what does not outlive a boot. Root's are where the
 * file hierarchy standard puts state; other users' in their home.
 */
export const FOLDERS = `${FOLDERS_OF_ANY_FORMAT}
${requireFormat('${runs%/*}')}`;

/** Whose a host is: `find_holder` sets `holder` to the run that has its lease, or to nothing. */
export const HOLDER = `lease=$here/lease
find_holder() {
  holder=
  { while IFS== read -r name value; do [ "$name" != run ] || holder=$value; done <"$lease"; } 2>/dev/null
}`;

/** `let_go RUN`; needs HOLDER. */
export const LET_GO = shellFile(new URL('./let-go.sh', import.meta.url));

/** `awaits_boot FOLDER`. */
export const AWAITS_BOOT = shellFile(new URL('./awaits-boot.sh', import.meta.url));

/** The exit status of a write whose check did not pass: EX_DATAERR of sysexits.h. */
export const REJECTED = 65;

/**
 * Tells processes apart whose number is the same: by the boot, and by field 22 of /proc/PID/stat, the
 * start in ticks since then (proc(5)).
 */
export const PROCESS_START = `started() {
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null && read -r boot </proc/sys/kernel/random/boot_id || return
  set -- \${stat##*) }
  echo "\${20} $boot"
}`;

/** How to come to a path of which another user may own a part. */
export const PLACES = shellFile(new URL('./places.sh', import.meta.url));

/** `keep`, `put` and `drop`, and the frames that tell how far a program is. */
export const FUNCTIONS = shellFile(new URL('./functions.sh', import.meta.url));

/** What they need besides for a write whose content is not in the program. */
export const STREAM_BODY = shellFile(new URL('./stream-body.sh', import.meta.url));

/** What they need besides to have the host booted. */
export const BOOT = shellFile(new URL('./boot.sh', import.meta.url));

/** What they need besides for a symbolic link. */
export const PUT_LINK = shellFile(new URL('./put-link.sh', import.meta.url));

/** A part of a program that is in a file of its own, without its comments and indents: each host is sent it. */
export function shellFile(url: URL): string {
  const text = readFileSync(url, 'utf8');
  return text.replaceAll(/^ *(?:#.*\n)?/gm, '').trimEnd();
}

/**
 * Shell functions for a wait that ends by the clock, however long each look takes: `start_clock
 * SECONDS`, and then `has_time` succeeds until they are over. `waited` is the seconds that are gone.
 */
export const CLOCK = `read_clock() { read -r clock _ </proc/uptime; clock=\${clock%%.*}; }
start_clock() { read_clock; clock_start=$clock clock_limit=$1; }
has_time() { read_clock; waited=$((clock - clock_start)); [ "$waited" -lt "$clock_limit" ]; }`;
