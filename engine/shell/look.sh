# Tells what is at the paths "$@", all of them in a few commands: a line for each, of stat(1) or that it is
# absent, then the contents of files, each under a line of tail(1) that has its path. $root is a way to
# write `/` that nobody can guess, so that no content passes for such a line; one that is made of what
# other users can see of tail(1) tells a path twice, which is no answer. Where it cannot be seen whether something is there, no line is: that is a failure.
# Before each file comes /dev/null, so that its line is a line of its own also where one could not be opened.
failed=
tell_absent() {
  above=$1
  while [ ! -e "$above" ]; do case $above in /*/*) above=${above%/*} ;; *) above=/ ;; esac; done
  if [ -x "$above" ]; then printf 'absent %s\n' "$root$1"; else echo "no permission to look into $above" >&2; fi
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
pour() { [ $# = 0 ] || { echo; tail -v -c +1 "$@" || failed=yes; }; }
is_alone() { [ -L "$1" ] || { [ -f "$1" ] && is_of_others "${1#"$root"}"; }; }
tell_alone() {
  if [ ! -L "$1" ]; then echo; timeout 30 tail -v -c +1 "$null" "$1" || failed=yes; return; fi
  printf '\n==> %s <==\n' "$null" "$1"
  readlink "$1" || failed=yes
}
null=$root/dev/null
count=$#
for path do
  if [ -L "$path" ] || [ -e "$path" ]; then set -- "$@" "$root$path"; else tell_absent "$path"; fi
done
shift "$count"
[ $# = 0 ] || stat -c '%f %U:%G %n' "$@"
count=$#
for path do
  if is_alone "$path"; then
    shift "$count"
    pour "$@"
    tell_alone "$path"
    set --
    count=0
  elif [ -f "$path" ]; then set -- "$@" "$null" "$path"; fi
done
shift "$count"
pour "$@"
[ -z "$failed" ]
