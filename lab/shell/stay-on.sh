#!/bin/sh
# stay-on.sh NODE: a node's first process, and again when that ends in order, which is a reboot; one that is killed
# stays off. Its stdout is told that the node is ready.
boot() {
  nsenter "--net=/run/netns/$1" \
    unshare --mount --pid --uts --ipc --cgroup --fork --kill-child=KILL --propagation private \
    $LAB_SEAL sh "${0%/*}/node.sh" "$1"
}
boot "$1" && exec >/dev/null || exit
while boot "$1"; do :; done
