#!/bin/sh
# Makes a disk with Debian and systemd on it, and its kernel beside it: make-disk.sh FOLDER KEY.pub
# From Debian's packages, by the sources of this machine.
set -eu
folder=$1 key=$2
for package in qemu-system-x86 mmdebstrap e2fsprogs; do
  dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null | grep -q '^ii' || set -- "$@" "$package"
done
shift 2
if [ $# -gt 0 ]; then
  echo "vm: installing Debian packages: $*"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
fi
packages=systemd-sysv,udev,dbus,openssh-server,linux-image-cloud-amd64,initramfs-tools,kmod,iproute2
packages=$packages,cron,netbase,nginx-light,nftables,tzdata,sudo,ca-certificates,procps,e2fsprogs,busybox
# shellcheck disable=SC1091 # of whatever Debian this is
. /etc/os-release
set -- /etc/apt/sources.list.d/*.sources /etc/apt/sources.list
for source in "$@"; do
  shift
  [ ! -s "$source" ] || set -- "$@" "$source"
done
echo "vm: making a disk with $PRETTY_NAME"
root=$folder/root
mkdir "$root"
mmdebstrap --quiet --variant=minbase --include="$packages" "$VERSION_CODENAME" "$folder/root.tar" "$@"
tar -C "$root" -xf "$folder/root.tar"
rm "$folder/root.tar"
install -d -m 700 "$root/root/.ssh"
cp "$key" "$root/root/.ssh/authorized_keys"
ssh-keygen -A -f "$root" >/dev/null
echo rota-vm >"$root/etc/hostname"
echo '/dev/vda / ext4 defaults 0 1' >"$root/etc/fstab"
# qemu's user network, without a way out: https://wiki.qemu.org/Documentation/Networking
cat >"$root/etc/systemd/network/10-vm.network" <<END
[Match]
Name=en* eth*
[Network]
Address=10.0.2.15/24
END
ln -s /lib/systemd/system/systemd-networkd.service "$root/etc/systemd/system/multi-user.target.wants/"
cp "$root"/boot/vmlinuz-* "$folder/vmlinuz"
cp "$root"/boot/initrd.img-* "$folder/initrd"
cp "$root/etc/ssh/ssh_host_ed25519_key.pub" "$folder/host-key.pub"
mke2fs -q -t ext4 -d "$root" "$folder/disk" 3G
rm -rf "$root"
