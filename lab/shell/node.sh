#!/bin/sh
# node.sh NODE: the first process of a node. Its disk is an overlay over the machine's own root.
# $LAB_DIR: the lab's folder; $LAB_HIDE: folders of the machine that a node must not see, one a line;
# $LAB_KIND: light or full; $LAB_FLAVOUR: one of flavours.ts; $LAB_NODE_BINARY, $LAB_CHECKOUT, $LAB_WAITS:
# for the stand-ins of Kubernetes.
set -eu
node=$1
home=/run/lab/$node
root=$home/root
here=$(cd "$(dirname "$0")" && pwd)
read -r pid _ </proc/self/stat # as the lab sees it: the node's own /proc is not mounted yet
echo "$pid" >"$home/pid"
hostname "$node"

[ -e "$home/upper/etc/hostname" ] && new= || new=yes
# A whiteout hides what the machine has; a folder made over it is empty, and the node's own.
[ -z "$new" ] || [ "$LAB_FLAVOUR" = busybox ] || echo "$LAB_HIDE" | while read -r path; do
  mkdir -p "$home/upper$(dirname "$path")"
  [ -e "$home/upper$path" ] || mknod "$home/upper$path" c 0 0
done
lower=/
[ "$LAB_FLAVOUR" != busybox ] || { lower=$home/empty && mkdir -p "$lower"; }
mount -t overlay "$node" -o "lowerdir=$lower,upperdir=$home/upper,workdir=$home/work" "$root"
[ -z "$new" ] || . "$here/disk.sh"
. "$here/mounts.sh"

mkdir "$root/run/old"
cd "$root"
pivot_root . run/old
cd /
umount -l /run/old
rmdir /run/old
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
unset LAB_DIR LAB_HIDE LAB_NODE_BINARY LAB_CHECKOUT LAB_GROUP LAB_HIERARCHIES LAB_WAITS
dropbear="dropbear -E -r /etc/dropbear/key -P /run/sshd.pid"
case $LAB_FLAVOUR in
dropbear | busybox) $dropbear >&2 ;;
*) /usr/sbin/sshd -e >&2 ;;
esac
expected=/run/sshd.pid
if [ "$LAB_KIND" = full ]; then
  /run/lab/start-apiserver >&2 &
  /run/lab/start-kubelet >&2 &
  expected="$expected /run/lab/apiserver.ready /run/lab/kubelet.ready"
fi
for file in $expected; do
  while [ ! -e "$file" ]; do sleep 0.01; done
done
echo ready
exec catatonit -P >&2
