#!/bin/sh
# power-off.sh NODE: power loss. Killing the first process alone would leave the network namespace,
# and the node's addresses answering in it.
set -u
node=$1
pid=$(cat "/run/lab/$node/pid" 2>/dev/null) && kill -KILL "$pid"
ip link delete "$node-m" 2>/dev/null
ip link delete "$node-f" 2>/dev/null
ip netns delete "$node" 2>/dev/null
rm -f "/run/lab/$node/pid"
while [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null; do sleep 0.005; done
exit 0
