# `waiting COMMAND…` runs apt-get or dpkg once nobody else does: who has the lock is waited for, by the clock.
# It asks nobody, and a configuration file that somebody has changed stays. `take_away --purge NAME…` and
# `mark_installed hold NAME…` are about those that are installed; the first takes nothing else away: dpkg refuses
# where others need them. Needs CLOCK.
export DEBIAN_FRONTEND=noninteractive DEBIAN_PRIORITY=critical APT_LISTCHANGES_FRONTEND=none
export NEEDRESTART_SUSPEND=1 UCF_FORCE_CONFFOLD=1
waiting() {
  start_clock 300
  until said=$("$@" 2>&1); do
    printf '%s\n' "$said"
    case $said in *'Could not get lock'* | *'Unable to acquire'*lock* | *'lock was locked'* | *'Unable to lock'*) ;; *) return 1 ;; esac
    has_time || return
    sleep 1
  done
  printf '%s\n' "$said"
}
apt() {
  waiting apt-get -q -y -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold \
    --allow-downgrades --allow-change-held-packages "$@"
}
install_packages() { apt install "$@"; }
remove_packages() { apt remove "$@"; }
installed() {
  # shellcheck disable=SC2016
  dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed //p'
}
# What came for the sake of others is noted as that, until it is not.
take_away() {
  how=$1
  shift
  # shellcheck disable=SC2046
  [ $# = 0 ] || set -- $(installed "$@")
  [ $# = 0 ] || { apt-mark -qq manual "$@" >/dev/null && waiting dpkg "$how" "$@"; }
}
mark_installed() {
  how=$1
  shift
  # shellcheck disable=SC2046
  set -- $(installed "$@")
  [ $# = 0 ] || apt-mark "$how" "$@"
}
