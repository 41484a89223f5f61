# `beat` says that the run $id lives, `lives RUN` whether one does. Uptime, and no clock that somebody
# may set: `alive-RUN` has when the last beat of a run came.
tell_beat() { read -r now _ </proc/uptime && echo "${now%%.*}" >"$1"; }
beat() { tell_beat "$here/.alive-$id" && mv -f "$here/.alive-$id" "$here/alive-$id"; }
lives() {
  { read -r last <"$here/alive-$1"; } 2>/dev/null && read -r now _ </proc/uptime || return
  silence=$((${now%%.*} - last))
  [ "$silence" -ge 0 ] && [ "$silence" -lt "$silence_seconds" ]
}
