#!/bin/sh
# clean.sh DIR ID: removes what does not go away with the namespaces.
set -u
dir=$1 id=$2
cd /
ip link delete "rota-$id" 2>/dev/null
find /sys/fs/cgroup -type d -name "rota-lab-$id" 2>/dev/null | while read -r group; do
  tries=0
  # A killed process leaves its group a little later.
  while [ -d "$group" ] && [ "$tries" -lt 100 ]; do
    find "$group" -depth -type d -exec rmdir {} + 2>/dev/null
    [ -d "$group" ] && sleep 0.05
    tries=$((tries + 1))
  done
done
# A newer lab may have the folder by now.
grep -qsF "\"$id\"" "$dir/lab.json" || exit 0
# podman leaves the folder of its store mounted when it is killed.
while read -r _ mount _; do
  case $mount in "$dir"/*) umount -l "$mount" ;; esac
done </proc/mounts
# What a killed starter had begun, such as git, may write there a moment longer. Last goes what says whose
# the folder is: by then a newer lab may have it.
tries=0 said=
while grep -qsF "\"$id\"" "$dir/lab.json"; do
  [ "$tries" -lt 100 ] || { echo "$said" >&2; exit 1; }
  said=$(find "$dir" -mindepth 1 -maxdepth 1 ! -name lab.json -exec rm -rf --one-file-system {} + 2>&1) &&
    rm -rf --one-file-system "$dir" && exit 0
  sleep 0.05
  tries=$((tries + 1))
done
exit 0
