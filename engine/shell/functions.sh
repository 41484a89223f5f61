# What programs are made of beside places.sh, in the sh that coreutils and busybox share. What a builtin can
# do starts no process, and no subshell: they are most of what a change takes of a host.
#
# `frame` ends the program when nobody listens any more: with SIGPIPE ignored, a lost connection is
# a failing write. `put` never touches the target before its replacement is whole, checked, and on
# the disk: staged in the same folder, since rename works within one file system only, with a dot-name, since
# others may read every other name in the folder, as kubelet does. Nobody can guess the name, and what is under
# it is come to by its descriptor alone: whatever is exchanged there, nothing else is written, given away or
# opened. With -T mv(1) follows no link of the target's name; busybox's replaces none either. What takes the
# place of one, or is checked, by its name, is staged in a folder of its own. `keep` opens nothing but files:
# with -R cp(1) copies a FIFO as one. What hid the file under a dot-name of ours goes with it. After `let_stay`
# no undo touches what an earlier phase of the run has done and kept. 65 is REJECTED of program-functions.ts.
frame() { printf '\n%s %s\n' "$mark" "$*" || exit 0; }
# No command finds what is left of others: their folder, or a content, which may be secret.
come_back() {
  unset -v above body check checked count file folder kept known left links list made mode name new old owner
  unset -v part path place real status stay target written
  cd "$at" 2>/dev/null || cd /
}
command_ended() { come_back; frame end "$1" "$2"; [ "$2" = 0 ] || exit 0; }
next_command() { [ ! -e "$stop" ] || { rm -f "$stop"; frame stopped; exit 0; }; frame begin "$1"; }
let_stay() {
  [ -e "$run/done" ] || return 0
  wc -l <"$run/paths" >"$run/staying" && mv "$run/staying" "$run/stays" && rm -f "$run"/settle-* "$run/done"
}
# Once for a program: read(1) takes a system call for each byte, and there may be many paths.
read_kept() {
  kept=1 stay=0 known='
'
  [ ! -e "$run/stays" ] || read -r stay <"$run/stays"
  while read -r _ _ old; do
    [ "$kept" -le "$stay" ] || known="$known$old
"
    kept=$((kept + 1))
  done <"$run/paths"
}
note_kept() {
  printf '%s %s %s\n' "$kept" "$1" "$2" >>"$run/paths" || return
  kept=$((kept + 1)) known="$known$2
"
}
keep() {
  case $known in *"
$1
"*) return 0 ;; esac
  split_path "$1"
  [ -d "$folder/" ] || { note_kept absent "$1"; return; }
  enter "$folder" || return
  [ ! -d "./$name" ] || [ -L "./$name" ] || return 0
  [ -e "./$name" ] || [ -L "./$name" ] || { note_kept absent "$1"; return; }
  cp -pPR "./$name" "$run/$kept" || return
  [ -f "$run/$kept" ] || [ -L "$run/$kept" ] || { rm -rf "${run:?}/$kept"; fail "$1 is no file."; return; }
  note_kept file "$1"
}
tell_undo() {
  count=0
  while [ -e "$run/settle-$count" ]; do count=$((count + 1)); done
  printf %s "$1" >"$run/settle-$count" && printf %s "$2" >"$run/undo"
}
arm() {
  [ ! -e "$run/armed" ] || return 0
  come_back
  printf '' >"$run/armed" || return
  # No child of the program: the undo, which it starts, ends that with all its children.
  ( run=$run alive=$here/alive-$id silence=$1 setsid sh -c "$2" </dev/null >/dev/null 2>&1 & )
  sync "$run/armed" "$run" 2>/dev/null || sync
}
sync_kept() {
  set --
  for file in "$run"/*; do [ -L "$file" ] || set -- "$@" "$file"; done
  sync "$@" 2>/dev/null || sync
}
stage_apart() {
  stage "./$name" || return
  [ -n "$check" ] || return 0
  checked=$(set -- "$place/$name"; eval "$check" 2>&1 </dev/null); status=$?
  [ "$status" = 0 ] && [ -z "$checked" ] && return 0
  printf '%s\n' "$checked" "The check ended with exit code $status."
  return 65
}
# Where a folder has a default ACL, no umask is heeded: it gets a mode before it is filled. Whose group it is
# made with is up to the folder, too: what others may not read is for us alone until it has its owner.
stage() {
  made=0600 written=
  umask 077
  case $owner:$mode in root:root:*00 | root:root:*44 | root:root:*55 | root:root:*66 | root:root:*77) made=$mode ;; esac
  fill 3>"$1" && return
  [ -n "$written" ] || fail "Writing $path failed: is the disk full?"
  return 1
}
fill() {
  chmod "$made" /proc/self/fd/3 && pour_body && written=yes && own "$owner" "$mode" /proc/self/fd/3 "$made" &&
    { sync /proc/self/fd/3 2>/dev/null || sync; }
}
pour_body() { printf %s "$body" >&3; }
put() {
  path=$1 mode=$2 owner=$3 check=$4 body=$5
  split_path "$path"
  enter "$folder" || return
  [ ! -d "./$name" ] || [ -L "./$name" ] || fail "$path is a folder." || return
  sweep_private
  for old in "./.$name.rota-"*; do
    [ ! -f "$old" ] && [ ! -L "$old" ] || rm -f "$old"
  done
  if [ -n "$check" ] || [ -L "./$name" ]; then replace stage_apart; else move_in; fi
}
move_in() {
  read -r new </proc/sys/kernel/random/uuid || return
  new=./.$mark-$new
  stage "$new" && mv -fT "$new" "./$name" && return
  rm -f "$new"
  return 1
}
drop() {
  split_path "$1"
  [ ! -d "$folder/" ] || { enter "$folder" && rm -f "./$name"; }
}
