# Tells what is at the paths "$@", all of them in a few commands: a line for each, of stat(1) or that it is
# absent, then the contents of files, each under a line of head(1) that has its path. $root is a way to
# write `/` that nobody can guess, so that no content passes for such a line; one that is made of what
# other users can see of head(1) tells a path twice, which is no answer. No more than $most bytes of a
# file are told. Where it cannot be seen whether something is there, no line is: that is a failure.
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
pour() { [ $# = 0 ] || { echo; $limit head -v -c "$most" "$@" || failed=yes; }; }
null=$root/dev/null limit=''
count=$#
for path do
  if [ -L "$path" ] || [ -e "$path" ]; then set -- "$@" "$root$path"; else tell_absent "$path"; fi
done
shift "$count"
[ $# = 0 ] || stat -c '%f %U:%G %n' "$@"
count=$#
for path do
  if [ -L "$path" ]; then
    shift "$count"
    pour "$@"
    printf '\n==> %s <==\n' "$null" "$path"
    readlink "$path" || failed=yes
    set --
    count=0
  elif [ -f "$path" ] && is_of_others "${path#"$root"}"; then
    shift "$count"
    pour "$@"
    limit='timeout 30'
    pour "$null" "$path"
    limit=''
    set --
    count=0
  elif [ -f "$path" ]; then set -- "$@" "$null" "$path"; fi
done
shift "$count"
pour "$@"
[ -z "$failed" ]
