# `read_keys NAME` tells a user's home, and of it, of .ssh and of the keys in there the mode and owner, a line each; then the
# keys. Where something is not there, it ends. A link is told as such, and never followed: the user can plant one
# to what only root may read. What was opened is what it should be where the kernel gives it this name.
read_keys() {
  home=''
  while IFS=: read -r user_name _ _ _ _ folder _; do
    [ "$user_name" != "$1" ] || { home=$folder; break; }
  done </etc/passwd
  [ -n "$home" ] || exit 0
  printf '%s\n' "$home"
  [ -d "$home/" ] || exit 0
  enter "$home" >&2 || exit
  stat -c '%a %U:%G' .
  [ ! -L ./.ssh ] || { echo link; exit 0; }
  [ -d ./.ssh ] || exit 0
  enter_below .ssh >&2 || exit
  stat -c '%a %U:%G' .
  [ ! -L ./authorized_keys ] || { echo link; exit 0; }
  [ -e ./authorized_keys ] || exit 0
  [ -f ./authorized_keys ] || { echo "$place/authorized_keys is no file" >&2; exit 1; }
  stat -c '%a %U:%G' ./authorized_keys
  # shellcheck disable=SC2016
  timeout 30 sh -c 'exec 3<./authorized_keys && [ "$(readlink /proc/self/fd/3)" = "$1" ] && exec cat <&3' sh "$place/authorized_keys"
}
