#!/bin/sh
# keeper.sh DIR ID: outlives whoever started the lab, and cleans up however the lab ends.
# Its stdin goes on to hold.sh, which ends with it.
set -u
here=$(dirname "$0")
unshare --mount --net --pid --ipc --uts --fork --kill-child=KILL --propagation private -- \
  catatonit -- sh "$here/hold.sh"
exec sh "$here/clean.sh" "$@"
