# What programs are made of beside places.sh, in the sh that coreutils and busybox share.
#
# `frame` ends the program when nobody listens any more: with SIGPIPE ignored, a lost connection is
# a failing write. `put` never touches the target before its replacement is whole, checked, and on
# the disk: staged in a folder beside it, since rename works within one file system only, with a dot-name,
# since others may read every other name in the folder, as kubelet does. `keep` opens nothing but files:
# with -R cp(1) copies a FIFO as one. What hid the file under a dot-name of ours goes with it. After `let_stay`
# no undo touches what an earlier phase of the run has done and kept. 65 is REJECTED of program-functions.ts.
frame() { printf '\n%s %s\n' "$mark" "$*" || exit 0; }
command_ended() { frame end "$1" "$2"; [ "$2" = 0 ] || exit 0; }
next_command() { [ ! -e "$stop" ] || { rm -f "$stop"; frame stopped; exit 0; }; frame begin "$1"; }
let_stay() {
  [ -e "$run/done" ] || return 0
  wc -l <"$run/paths" >"$run/staying" && mv "$run/staying" "$run/stays" && rm -f "$run"/settle-* "$run/done"
}
is_kept() {
  kept=1 stay=0
  [ ! -e "$run/stays" ] || read -r stay <"$run/stays"
  while read -r _ _ old; do
    [ "$old" != "$1" ] || [ "$kept" -le "$stay" ] || return 0
    kept=$((kept + 1))
  done <"$run/paths"
  return 1
}
note_kept() { printf '%s %s %s\n' "$kept" "$1" "$2" >>"$run/paths"; }
keep() {
  ! is_kept "$1" || return 0
  split_path "$1"
  [ -d "$folder/" ] || { note_kept absent "$1"; return; }
  [ "$folder" = "$entered" ] || enter "$folder" || return
  entered=$folder
  [ ! -d "./$name" ] || [ -L "./$name" ] || return 0
  [ -e "./$name" ] || [ -L "./$name" ] || { note_kept absent "$1"; return; }
  cp -pPR "./$name" "$run/$kept" || return
  [ -f "$run/$kept" ] || [ -L "$run/$kept" ] || { rm -rf "${run:?}/$kept"; fail "$1 is no file."; return; }
  note_kept file "$1"
}
check_staged() {
  checked=$(set -- "$place/$name"; eval "$check" 2>&1 </dev/null); status=$?
  [ "$status" = 0 ] && [ -z "$checked" ] && return 0
  printf '%s\n' "$checked" "The check ended with exit code $status."
  put_off
  exit 65
}
stage() {
  printf %s "$body" >"./$name" && [ "$(sha256sum <"./$name")" = "$sum  -" ] ||
    fail "Writing $path failed: is the disk full?" || return
  [ -z "$check" ] || check_staged
  own "$owner" "$mode" "./$name"
}
put() {
  path=$1 mode=$2 owner=$3 sum=$4 check=$5 body=$6
  split_path "$path"
  umask 077
  enter "$folder" || return
  [ ! -d "./$name" ] || [ -L "./$name" ] || fail "$path is a folder." || return
  sweep_private
  for old in "./.$name.rota-"*; do
    [ ! -f "$old" ] && [ ! -L "$old" ] || rm -f "$old"
  done
  replace stage
}
drop() {
  split_path "$1"
  [ ! -d "$folder/" ] || { enter "$folder" && rm -f "./$name"; }
}
