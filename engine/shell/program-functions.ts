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

/** The exit status of a write whose check did not pass: EX_DATAERR of sysexits.h. */
export const REJECTED = 65;

/**
 * Tells processes apart over a boot, when their numbers come again: field 22 of /proc/PID/stat is
 * the start in ticks since boot (proc(5)).
 */
export const PROCESS_START = `started() {
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return
  set -- \${stat##*) }
  echo "\${20}"
}`;

/**
 * What programs are made of, in the sh that coreutils and busybox share.
 *
 * `frame` ends the program when nobody listens any more: with SIGPIPE ignored, a lost connection is
 * a failing write. `put` never touches the target before its replacement is whole, checked, and on
 * the disk: dot-named beside it, since rename works within one file system only, and since kubelet
 * reads every other name in its manifest folder.
 */
export const FUNCTIONS = `
frame() { printf '\\n%s %s\\n' "$mark" "$*" || exit 0; }
fail() { printf '%s\\n' "$*"; return 1; }
command_ended() { frame end "$1" "$2"; [ "$2" = 0 ] || exit 0; }
next_command() { [ ! -e "$stop" ] || { rm -f "$stop"; frame stopped; exit 0; }; frame begin "$1"; }
keep() {
  ! cut -d ' ' -f 3- "$run/paths" | grep -qxF -e "$1" || return 0
  [ ! -d "$1" ] || [ -L "$1" ] || return 0
  kept=$(wc -l <"$run/paths"); kept=$((kept + 1))
  if [ -e "$1" ] || [ -L "$1" ]; then
    cp -pP "$1" "$run/$kept" || return 1
    printf '%s file %s\\n' "$kept" "$1"
  else
    printf '%s absent %s\\n' "$kept" "$1"
  fi >>"$run/paths"
}
check_staged() {
  checked=$(set -- "$staged"; eval "$check" 2>&1 </dev/null); status=$?
  [ "$status" = 0 ] && [ -z "$checked" ] && return 0
  printf '%s\n' "$checked" "The check ended with exit code $status."
  rm -f "$staged"
  exit ${REJECTED}
}
stage() {
  rm -f "$folder/.$name.rota-"* || return 1
  (umask 077; printf %s "$body" >"$staged") && [ "$(sha256sum <"$staged")" = "$sum  -" ] ||
    fail "Writing $staged failed: is the disk full?"
}
settle() { chown "$owner" "$staged" && chmod "$mode" "$staged" && { sync "$staged" 2>/dev/null || sync; }; }
put() {
  path=$1 mode=$2 owner=$3 sum=$4 check=$5 body=$6
  folder=\${path%/*} name=\${path##*/}
  staged=$folder/.$name.rota-$id
  [ -d "$folder/" ] || fail "The folder $folder does not exist." || return 1
  [ ! -d "$path" ] || fail "$path is a folder." || return 1
  stage && { [ -z "$check" ] || check_staged; } && settle && mv -f "$staged" "$path" && return 0
  rm -f "$staged"
  return 1
}
drop() { [ -e "$1" ] || [ -L "$1" ] || return 0; rm -f "$1"; }
`;
