# Functions for paths of which another user may own a part, such as a folder in his home. They enter the
# folder first, see where that has led, and from then on use names without a slash, which nobody can lead
# elsewhere. They need $user (USER of program-functions.ts) and $mark, which nobody can guess.
#
# `enter` sets `place`, where the folder really is. A link on the way is followed only where no other user
# can have put it: the kernel tells by the working directory where it has led (proc(5)), whatever was
# exchanged meanwhile. $PWD alone does not tell: bash works it out from the path.
#
# `enter_private` makes and enters a folder beside the target that nobody else can enter: what is staged there
# cannot be exchanged, and a name taken with mkdir is new. `replace COMMAND…` has the command make ./$name
# there, and moves it in by one rename(2) to that name in the folder around: with a folder as its target mv(1)
# follows no link of that name. `sweep_run FOLDER` takes away what the programs of a run have left staged.
# What `make_way` makes it notes before, and `drop_folder` takes away what is empty of that.
fail() { printf '%s\n' "$*"; return 1; }
split_path() { folder=${1%/*} name=${1##*/}; folder=${folder:-/}; }
ours() { [ "$1" = 0 ] || [ "$1" = "$user" ]; }
others_write() { case $1 in [1357]???) return 1 ;; *[2367]? | *[2367]) return 0 ;; esac; return 1; }
link_is_ours() {
  ours "$(stat -c %u "$1")" || return 1
  above=${1%/*}
  # Two words each.
  # shellcheck disable=SC2046
  while set -- $(stat -c '%u %a' "${above:-/}"); ours "$1" && ! others_write "$2"; do
    [ -n "$above" ] || return 0
    above=${above%/*}
  done
  return 1
}
follow_our_links() {
  real='' left=$1 links=0
  while [ -n "$left" ]; do
    left=${left#/}
    part=${left%%/*}
    left=${left#"$part"}
    if [ "$part" = .. ]; then real=${real%/*}
    elif [ -L "$real/$part" ]; then
      links=$((links + 1))
      [ "$links" -le 40 ] && link_is_ours "$real/$part" || return 1
      target=$(readlink "$real/$part")
      case $target in /*) real= ;; esac
      left=/${target#/}$left
    elif [ -n "$part" ] && [ "$part" != . ]; then real=$real/$part; fi
  done
  real=${real:-/}
}
is_here() { cd -P /proc/self/cwd/ && [ "$PWD" = "$1" ]; }
enter() {
  [ -d "$1/" ] || fail "The folder $1 does not exist." || return 1
  cd -P "$1/" || return 1
  place=$1
  is_here "$place" && return
  follow_our_links "$1" && place=$real && is_here "$place" ||
    fail "$1 leads to $PWD, by a link that another user can change."
}
enter_below() {
  cd -P "./$1" && is_here "${place%/}/$1" || fail "Another user changes what $1 is in $place." || return 1
  place=${place%/}/$1
}
make_way() {
  [ ! -d "$1/" ] || { enter "$1"; return; }
  set -- "$1" "${1%/*}"
  make_way "${2:-/}" && note_made "$1" && { mkdir "./${1##*/}" 2>/dev/null || [ -d "./${1##*/}" ]; } && enter "$1"
}
note_made() { printf '%s\n' "$1" >>"$run/made"; }
is_private() { case $(stat -c '%u %a' .) in "$user 700" | "$user 2700") ;; *) return 1 ;; esac; }
enter_private() { mkdir -m 700 "./.$1" && enter_below ".$1" && is_private; }
leave_private() { cd -P .. && rmdir "./.$1" && place=${place%/*}; }
sweep_private() {
  for list in "$runs"/*/staged; do
    [ ! -e "$list" ] || while read -r old; do
      [ ! -d "./.$old" ] || [ -L "./.$old" ] ||
        ( enter_below ".$old" && is_private && rm -f ./* ./.[!.]* && leave_private "$old" )
      for left in "./.$old-"*; do [ ! -f "$left" ] && [ ! -L "$left" ] || rm -f "$left"; done
    done <"$list"
  done
}
sweep_run() {
  while read -r _ _ path; do
    split_path "$path"
    [ ! -d "$folder/" ] || ( enter "$folder" && sweep_private )
  done <"$1/paths"
  rm -f "$1/staged"
}
put_off() { rm -f "./$name"; leave_private "$mark"; return "$1"; }
replace() {
  enter_private "$mark" || return
  "$@" && mv -f "./$name" .. || put_off "$?" || return
  leave_private "$mark"
}
# A file of our own is of the user and the group that we run as. /proc is of root.
is_roots() { [ "$1" = root:root ] && [ "$user" = 0 ] && [ -O "$2" ] && [ -G "$2" ] && [ -G /proc ]; }
# `own OWNER MODE FILE [MADE]`: what was made with this mode, and is root's, needs nothing.
own() {
  is_roots "$1" "$3" || { chown "$1" "$3" && chmod "$2" "$3"; return; }
  [ "$2" = "${4-}" ] || chmod "$2" "$3"
}
make_folder() {
  split_path "$1"
  umask 022
  make_way "$folder" || return
  [ ! -d "./$name" ] || [ -L "./$name" ] || { own_here "$2" "$3"; return; }
  umask 077
  mkdir "./$name" && own_here "$2" "$3"
}
# Only by five digits does chmod(1) take from a folder what gives its group to what is made in it.
own_here() { enter_below "$name" && own "$2" "0$1" .; }
own_folder() { split_path "$1"; enter "$folder" && own_here "$2" "$3"; }
drop_folder() {
  split_path "$1"
  [ ! -d "$folder/" ] || enter "$folder" || return
  [ ! -d "./$name" ] || [ -L "./$name" ] || rmdir "./$name" 2>/dev/null || :
  [ ! -e "$run/made" ] || ! grep -qxFe "$folder" "$run/made" || drop_folder "$folder"
}
