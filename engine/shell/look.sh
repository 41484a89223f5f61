# Tells what is at paths, many in a few commands: `tell_kinds` a line for each, of stat(1) or that it is
# absent, `tell_contents` those of files, each under a line of tail(1) that has its path. $root is a way to
# write `/` that nobody can guess, so that no content passes for such a line; one that is made of what
# other users can see of tail(1) tells a path twice, which is no answer. Where it cannot be seen whether
# something is there, no line is; what cannot be read to its end is named on stderr: both are failures.
# Then all contents are told again, each by itself: $again is another way to write `/`.
# Before each file comes /dev/null, so that its line is a line of its own also where one could not be opened.
# hashes.sh has $size, $null and two of the functions otherwise.
failed='' size='' null=$root/dev/null
tell_absent() {
  above=$1
  while [ ! -e "$above" ]; do case $above in /*/*) above=${above%/*} ;; *) above=/ ;; esac; done
  if [ ! -d "$above" ]; then echo "$above is no folder: there can be no $1" >&2
  elif [ -x "$above" ]; then printf 'absent %s\n' "$root$1"; else echo "no permission to look into $above" >&2; fi
}
tell_kinds() {
  count=$#
  for path do
    if [ -L "$path" ] || [ -e "$path" ]; then set -- "$@" "$root$path"; else tell_absent "$path"; fi
  done
  shift "$count"
  [ $# = 0 ] || stat -c "$size%f %U:%G %n" "$@"
}
# Below a folder of another user a file can be a FIFO by now.
is_of_others() {
  above=$1
  while [ -n "$above" ]; do
    above=${above%/*}
    [ ! -L "$above" ] && [ -O "$above/" ] || return 0
  done
  return 1
}
is_alone() { [ -L "$1" ] || { [ -f "$1" ] && is_of_others "$1"; }; }
tell_alone() {
  if [ -L "$2" ]; then
    printf '\n==> %s <==\n' "$1/dev/null" "$1$2"
    readlink "$1$2"
  else
    echo
    timeout 30 tail -v -c +1 "$1/dev/null" "$1$2"
  fi || { failed=yes; printf 'cannot read %s\n' "$1$2" >&2; }
}
pour() { [ $# = 0 ] || { echo; tail -v -c +1 "$@" 2>/dev/null || failed=yes; }; }
tell_contents() {
  count=$#
  for path do
    if is_alone "$path"; then
      shift "$count"
      pour "$@"
      tell_alone "$root" "$path"
      set --
      count=0
    elif [ -f "$path" ]; then set -- "$@" ${null:+"$null"} "$root$path"; fi
  done
  shift "$count"
  pour "$@"
}
# Where one cannot be read to its end, tail(1) may leave out those behind it, and not say which it is.
tell_again() { for path do [ ! -L "$path" ] && [ ! -f "$path" ] || tell_alone "$again" "$path"; done; }
