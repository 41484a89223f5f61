#!/bin/sh
# rootfs.sh FOLDER: a root of this machine's own keepalived, curl, sh and busybox, with their
# libraries, so that the image is built without a network.
set -eu
umask 022
root=$1
rm -rf "$root"
mkdir -p "$root/etc/keepalived" "$root/run" "$root/tmp" "$root/proc" "$root/sys" "$root/dev" \
  "$root/var" "$root/usr/bin" "$root/usr/sbin" "$root/usr/lib" "$root/usr/lib64"
for folder in bin sbin lib lib64; do ln -s "usr/$folder" "$root/$folder"; done
ln -s /run "$root/var/run"

for program in /usr/sbin/keepalived /usr/bin/curl /usr/bin/dash; do
  cp -L "$program" "$root$program"
  ldd "$program" | sed -nE 's/.*(=>[[:space:]]+|[[:space:]]+)(\/[^ ]+) .*/\2/p'
done | sort -u | while read -r library; do
  folder=$root/usr$(dirname "${library#/usr}")
  mkdir -p "$folder"
  cp -L "$library" "$folder/"
done
ln -s dash "$root/usr/bin/sh"
# What the script needs that tells of changes of state.
cp -L /usr/bin/busybox "$root/usr/bin/"
for tool in date logger mv tail wc; do ln -s busybox "$root/usr/bin/$tool"; done

echo 'root:x:0:0:root:/root:/bin/sh' >"$root/etc/passwd"
echo 'root:x:0:' >"$root/etc/group"
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
