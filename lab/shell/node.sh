#!/bin/sh
# node.sh NODE: the first process of a node. Its disk is an overlay over the machine's own root.
# $LAB_DIR: the lab's folder; $LAB_ROOT: the files that it begins with; $LAB_HIDE: folders of the machine that a
# node must not see, one a line;
# $LAB_KIND: light or full; $LAB_FLAVOUR: one of roster.ts; $LAB_NODE_BINARY, $LAB_CHECKOUT, $LAB_STAND_INS,
# $LAB_WAITS: for the stand-ins of Kubernetes.
set -eu
node=$1
home=/run/lab/$node
root=$home/root
here=$(cd "$(dirname "$0")" && pwd)
read -r pid _ </proc/self/stat # as the lab sees it: the node's own /proc is not mounted yet
echo "$pid" >"$home/pid"
hostname "$node"

[ -e "$home/upper/etc/hostname" ] && new= || new=yes
# A whiteout hides what the machine has; a folder made over it is empty, and the node's own. A disk that
# another lab has saved may lack some.
[ "$LAB_FLAVOUR" = busybox ] || [ -z "$LAB_HIDE" ] || (
  set --
  while read -r path; do
    [ -e "$home/upper$path" ] || set -- "$@" "$home/upper$path"
  done
  [ $# = 0 ] || for path in "$@"; do echo "${path%/*}"; done | xargs mkdir -p
  for path in "$@"; do mknod "$path" c 0 0; done
) <<END
$LAB_HIDE
END
lower=$LAB_ROOT
[ "$LAB_FLAVOUR" != busybox ] || { lower=$home/empty && mkdir -p "$lower"; }
mount -t overlay "$node" -o "lowerdir=$lower,upperdir=$home/upper,workdir=$home/work" "$root"
[ -z "$new" ] || . "$here/disk.sh"
. "$here/mounts.sh"

# Statically linked: it runs in any root.
cp "$(command -v catatonit)" "$root/run/lab-init"
mkdir "$root/run/old"
cd "$root"
pivot_root . run/old
cd /
umount -l /run/old
rmdir /run/old
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
[ ! -e /etc/sysctl.d ] || find /etc/sysctl.d -name '*.conf' | while read -r file; do sysctl -q -p "$file" >&2 || true; done
unset LAB_DIR LAB_SEAL LAB_ROOT LAB_HIDE LAB_NODE_BINARY LAB_CHECKOUT LAB_STAND_INS LAB_GROUP LAB_HIERARCHIES LAB_WAITS
dropbear="dropbear -E -r /etc/dropbear/key -P /run/sshd.pid"
case $LAB_FLAVOUR in
dropbear | busybox) $dropbear >&2 ;;
*) /usr/sbin/sshd -e >&2 ;;
esac
while [ ! -e /run/sshd.pid ]; do sleep 0.01; done
# Waits until the stand-in of that name is ready. Nobody else would say that it has ended instead.
await() {
  while [ ! -e "/run/lab/$1.ready" ]; do
    kill -0 "$2" 2>/dev/null || { echo "$node: the stand-in for $1 ended by itself" >&2; exit 1; }
    sleep 0.05
  done
}
if [ "$LAB_KIND" = full ]; then
  /run/lab/start-apiserver >&2 &
  apiserver=$!
  /run/lab/start-kubelet >&2 &
  await kubelet $!
  await apiserver "$apiserver"
fi
echo ready
exec /run/lab-init -P >&2
