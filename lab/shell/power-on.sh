#!/bin/sh
# power-on.sh NODE: starts a node's first process in its network namespace; returns once it is ready.
# Runs inside the lab. $LAB_GROUP: the lab's folder in each cgroup hierarchy; $LAB_HIERARCHIES: words
# `folder:mount options:path of the group that it is made in`, none for a node without containers;
# $LAB_SEAL: words before the first process of a node that is to change nothing of the machine's kernel;
# $LAB_SAVED: the folder in which a saved lab has the node's disk and images, or nothing.
set -eu
node=$1
home=/run/lab/$node
[ -z "$LAB_SAVED" ] || [ -e "$home" ] || cp -a "$LAB_SAVED" "$home"
mkdir -p "$home/upper" "$home/work" "$home/root" "$home/containers"
[ -p "$home/ready" ] || mkfifo "$home/ready"

groups=
for hierarchy in $LAB_HIERARCHIES; do
  rest=${hierarchy#*:}
  top=/sys/fs/cgroup/${hierarchy%%:*}${rest#*:}
  parent=$top/$LAB_GROUP
  mkdir -p "$parent/$node"
  if [ "${rest%%:*}" = cgroup2 ]; then
    for controller in $(cat "$parent/cgroup.controllers"); do
      echo "+$controller" >"$parent/cgroup.subtree_control" || true
    done
  elif [ -e "$top/cpuset.cpus" ]; then
    # A cpuset is born empty, and nothing may enter it before it has these.
    for file in cpuset.cpus cpuset.mems; do
      cat "$top/$file" >"$parent/$file"
      cat "$top/$file" >"$parent/$node/$file"
    done
  fi
  groups="$groups $parent/$node"
done
echo "$groups" >"$home/cgroups"

(
  for group in $groups; do echo 0 >"$group/cgroup.procs"; done
  exec setsid sh "$(dirname "$0")/stay-on.sh" "$node" </dev/null >"$home/ready" 2>>"$home/console.log"
) &
read -r word <"$home/ready" && [ "$word" = ready ] && exit 0
tail -n 20 "$home/console.log" >&2
exit 1
