# Sourced by node.sh: what a node has beside its disk, new at every boot.
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount -t tmpfs -o mode=755 run "$root/run"
if [ -n "$LAB_SEAL" ]; then
  # The kernel is the machine's: of it only the node's own network is to be changed.
  for path in proc/sysrq-trigger sys proc/sys; do
    [ -e "$root/$path" ] || continue
    mount --bind "$root/$path" "$root/$path"
    mount -o remount,bind,ro "$root/$path"
  done
  mount --bind "$root/proc/sys/net" "$root/proc/sys/net"
  mount -o remount,bind,rw "$root/proc/sys/net"
fi
# The kernel's own is the machine's.
cat "$root/proc/sys/kernel/random/uuid" >"$root/run/boot-id"
mount --bind "$root/run/boot-id" "$root/proc/sys/kernel/random/boot_id"

mount -t tmpfs -o mode=755 dev "$root/dev"
for device in null:1:3 zero:1:5 full:1:7 random:1:8 urandom:1:9 tty:5:0 fuse:10:229; do
  numbers=${device#*:}
  mknod -m 666 "$root/dev/${device%%:*}" c "${numbers%:*}" "${numbers#*:}"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777 shm "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
for stream in stdin:0 stdout:1 stderr:2; do
  ln -s "fd/${stream#*:}" "$root/dev/${stream%:*}"
done

mount -t tmpfs -o mode=1777 tmp "$root/tmp"
mkdir -p "$root/run/sshd" "$root/run/lock"

if [ "$LAB_KIND" = full ]; then
  # An overlay cannot lie on an overlay: podman's images need a folder of the tmpfs itself.
  mount --bind "$home/containers" "$root/var/lib/containers"

  mkdir -p "$root/run/lab/stand-ins" "$root/run/lab/node_modules/yaml" "$root/run/lab/compiled"
  touch "$root/run/lab/node"
  mount -o bind,ro "$LAB_STAND_INS" "$root/run/lab/stand-ins"
  # Those of the package have it in them.
  [ ! -e "$LAB_CHECKOUT/node_modules/yaml" ] ||
    mount -o bind,ro "$LAB_CHECKOUT/node_modules/yaml" "$root/run/lab/node_modules/yaml"
  mount -o bind,ro "$LAB_NODE_BINARY" "$root/run/lab/node"
  mount --bind "$LAB_DIR/compiled" "$root/run/lab/compiled"
  cp "$LAB_DIR/tls/apiserver.crt" "$LAB_DIR/tls/apiserver.key" "$root/run/lab/"
  echo '{"type":"module"}' >"$root/run/lab/package.json"
  for program in apiserver kubelet; do
    file=$(basename "$root/run/lab/stand-ins/$program".[jt]s)
    printf '#!/bin/sh\nNODE_COMPILE_CACHE=/run/lab/compiled exec /run/lab/node /run/lab/stand-ins/%s %s\n' \
      "$file" "$LAB_WAITS" >"$root/run/lab/start-$program"
    chmod 755 "$root/run/lab/start-$program"
  done
fi

case $LAB_HIERARCHIES in
'') ;;
*:cgroup2:) # Unified. Not tried yet on a machine that has it.
  mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
  # A group that hands controllers to its children may hold no process itself.
  mkdir -p "$root/sys/fs/cgroup/init"
  while read -r process; do
    echo "$process" >"$root/sys/fs/cgroup/init/cgroup.procs" || true
  done <"$root/sys/fs/cgroup/cgroup.procs"
  for controller in $(cat "$root/sys/fs/cgroup/cgroup.controllers"); do
    echo "+$controller" >"$root/sys/fs/cgroup/cgroup.subtree_control" || true
  done
  ;;
*)
  mount -t tmpfs -o mode=755 cgroup "$root/sys/fs/cgroup"
  for hierarchy in $LAB_HIERARCHIES; do
    folder=${hierarchy%%:*}
    mkdir "$root/sys/fs/cgroup/$folder"
    rest=${hierarchy#*:}
    mount -t cgroup -o "${rest%%:*}" cgroup "$root/sys/fs/cgroup/$folder"
    # Where controllers share a hierarchy (cpu,cpuacct), each has a link of its own name.
    for controller in $(echo "$folder" | tr , ' '); do
      [ -e "$root/sys/fs/cgroup/$controller" ] || ln -s "$folder" "$root/sys/fs/cgroup/$controller"
    done
  done
  ;;
esac
