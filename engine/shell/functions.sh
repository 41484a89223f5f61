# What programs are made of, in the sh that coreutils and busybox share.
#
# `frame` ends the program when nobody listens any more: with SIGPIPE ignored, a lost connection is
# a failing write. `put` never touches the target before its replacement is whole, checked, and on
# the disk: dot-named beside it, since rename works within one file system only, and since others may
# read every other name in the folder, as kubelet does. 65 is REJECTED of program-functions.ts.
frame() { printf '\n%s %s\n' "$mark" "$*" || exit 0; }
fail() { printf '%s\n' "$*"; return 1; }
command_ended() { frame end "$1" "$2"; [ "$2" = 0 ] || exit 0; }
next_command() { [ ! -e "$stop" ] || { rm -f "$stop"; frame stopped; exit 0; }; frame begin "$1"; }
keep() {
  ! cut -d ' ' -f 3- "$run/paths" | grep -qxF -e "$1" || return 0
  [ ! -d "$1" ] || [ -L "$1" ] || return 0
  kept=$(wc -l <"$run/paths"); kept=$((kept + 1))
  if [ -e "$1" ] || [ -L "$1" ]; then
    cp -pP "$1" "$run/$kept" || return 1
    printf '%s file %s\n' "$kept" "$1"
  else
    printf '%s absent %s\n' "$kept" "$1"
  fi >>"$run/paths"
}
check_staged() {
  checked=$(set -- "$staged"; eval "$check" 2>&1 </dev/null); status=$?
  [ "$status" = 0 ] && [ -z "$checked" ] && return 0
  printf '%s\n' "$checked" "The check ended with exit code $status."
  rm -f "$staged"
  exit 65
}
stage() {
  rm -f "$folder/.$name.rota-"* || return 1
  (umask 077; printf %s "$body" >"$staged") && [ "$(sha256sum <"$staged")" = "$sum  -" ] ||
    fail "Writing $staged failed: is the disk full?"
}
settle() { chown "$owner" "$staged" && chmod "$mode" "$staged" && { sync "$staged" 2>/dev/null || sync; }; }
put() {
  path=$1 mode=$2 owner=$3 sum=$4 check=$5 body=$6
  folder=${path%/*} name=${path##*/}
  staged=$folder/.$name.rota-$id
  [ -d "$folder/" ] || fail "The folder $folder does not exist." || return 1
  [ ! -d "$path" ] || fail "$path is a folder." || return 1
  stage && { [ -z "$check" ] || check_staged; } && settle && mv -f "$staged" "$path" && return 0
  rm -f "$staged"
  return 1
}
drop() { [ -e "$1" ] || [ -L "$1" ] || return 0; rm -f "$1"; }
