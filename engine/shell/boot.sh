# For programs that have the host booted: a little later, so that they come to their end before. $run/booting says
# how long the run is waited for (awaits-boot.sh). That reboot(8) fails is only believed where the host is still up
# a while later.
boot() {
  ( eval "$2" ) </dev/null >/dev/null 2>&1 || fail 'It needs no boot any more.' || return
  read -r old </proc/sys/kernel/random/boot_id && read -r now _ </proc/uptime || return
  echo "$old $((${now%%.*} + $1)) $1" >"$run/booting" || return
  sync "$run/booting" "$run" 2>/dev/null || sync
  if command -v reboot >/dev/null; then set -- reboot; else set -- systemctl reboot; fi
  # shellcheck disable=SC2016
  ( run=$run setsid sh -c 'sleep 2; "$@" >"$run/boot.log" 2>&1 || { sleep 10; mv "$run/booting" "$run/not-booted"; }' \
    sh "$@" </dev/null >/dev/null 2>&1 & )
}
