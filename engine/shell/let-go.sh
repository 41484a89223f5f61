# `let_go RUN` gives the lease of a run back, if it has it still. Between the look at whose it is and its
# removal another may take it, so both are done under a lock, which goes last; one whose owner was killed is
# broken.
lock_lease() {
  tries=0
  until mkdir "$here/takeover" 2>/dev/null; do
    tries=$((tries + 1))
    [ "$tries" -lt 5 ] || rmdir "$here/takeover" 2>/dev/null
    [ "$tries" -lt 10 ] || return
    sleep 1
  done
}
unlock_lease() { rmdir "$here/takeover"; }
let_go() {
  set -- "$1" "$here/lease-$1" "$here/alive-$1" "$here/.alive-$1"
  if [ -e "$lease" ]; then
    lock_lease
    find_holder
    [ "$holder" != "$1" ] || { shift; set -- "$holder" "$lease" "$@"; }
    set -- "$@" "$here/takeover"
  fi
  shift
  rm -rf "$@"
}
