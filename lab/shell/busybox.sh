# Sourced by disk.sh: a root that has no tools but busybox's. What runs on it beside them, dropbear and
# on a full node podman, comes with the libraries that it needs, and with nothing else.
mkdir -p bin sbin usr/bin usr/sbin dev proc sys run root etc/dropbear lib64
cp "$(command -v busybox)" bin/busybox
chroot . /bin/busybox --install -s
programs="$(command -v catatonit) /usr/sbin/dropbear"
[ "$LAB_KIND" != full ] || programs="$programs $(which podman conmon crun)"
cp $programs usr/sbin
[ "$LAB_KIND" != full ] || programs="$programs $LAB_NODE_BINARY"
ldd $programs 2>/dev/null | grep -o ' /[^ ]*\.so[^ ]*\|^\s/[^ :]*ld-[^ :]*' | sort -u | while read -r library; do
  mkdir -p ".${library%/*}"
  cp -L "$library" ".$library"
done
[ "$LAB_KIND" != full ] || {
  mkdir -p etc/containers usr/share
  cp /etc/containers/policy.json /etc/containers/registries.conf etc/containers
  cp -r /usr/share/containers usr/share
}
echo 'root:x:0:0:root:/root:/bin/sh' >etc/passwd
echo 'root:x:0:' >etc/group
echo 'root:*:::::::' >etc/shadow
