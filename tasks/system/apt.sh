# `waiting COMMAND…` runs apt-get or dpkg once nobody else does: who has the lock is waited for, by the clock.
# It asks nobody, and a configuration file that somebody has changed stays. `installed NAME…` tells which are, and
# `take_away --purge NAME…` does so with nothing else: dpkg refuses where others need them. Needs CLOCK.
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
installed() {
  # shellcheck disable=SC2016
  dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed //p'
}
# What came for the sake of others is noted as that, until it is not.
take_away() {
  how=$1
  shift
  apt-mark -qq manual "$@" >/dev/null && waiting dpkg "$how" "$@"
}
