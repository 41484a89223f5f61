# `pour_body` of functions.sh for programs with a body that is in none of their words. It comes over a channel of
# its own, of which $feed is the number, packed where the host can unpack it; or $printer prints it here. What is
# not all there, or another than it should be, is none.
take_feed() {
  set -- "$run/feed-$feed" cat
  ! command -v gzip >/dev/null || set -- "$1" gzip -dc
  rm -f "$1" && mkfifo "$1" || return
  frame feed "$feed" "$2"
  timeout "$seconds" sh -c 'exec <"$0" && exec "$@"' "$@" >&3
  status=$?
  rm -f "$1"
  return "$status"
}
pour_body() {
  [ -n "${sha256-}" ] || { printf %s "$body" >&3; return; }
  if [ -n "${feed-}" ]; then take_feed; else ( umask 022; set -eu; eval "$printer" ) >&3; fi
  set -- "$?" "$sha256"
  unset -v feed printer seconds sha256
  written=yes
  [ "$1" = 0 ] || fail 'The content did not come to its end: it was cut off, or the disk is full.' || return
  case $(sha256sum </proc/self/fd/3) in "$2 "*) return ;; esac
  fail 'What came is not the content that was planned: its hash is another.'
}
