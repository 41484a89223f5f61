# Sourced by node.sh, before the first boot: what is on a node's disk.
cd "$root"
case $LAB_FLAVOUR in
busybox) . "$here/busybox.sh" ;;
*)
  # The machine's own password hashes are no business of a node; with "!" sshd would call root locked.
  sed 's/^\([^:]*\):[^:]*:/\1:*:/' etc/shadow >etc/shadow.new
  chmod 640 etc/shadow.new
  mv etc/shadow.new etc/shadow
  sed 's|^\(root:.*:\)[^:]*$|\1/bin/sh|' etc/passwd >etc/passwd.new
  mv etc/passwd.new etc/passwd
  ;;
esac
[ "$LAB_FLAVOUR" != bash ] || ln -sfn bash bin/sh

mkdir -p home var/log/pods var/lib/containers var/lib/kubelet etc/sysctl.d \
  etc/kubernetes/manifests etc/containers/certs.d tmp var/spool
mkdir -m 700 -p root/.ssh
mkdir -m 1777 -p var/tmp
cp "$LAB_DIR/id.pub" root/.ssh/authorized_keys
chown -R 0:0 root/.ssh
chmod 600 root/.ssh/authorized_keys

address=$(ip -4 -o addr show dev mgmt0 | sed 's|.* inet \([^/]*\)/.*|\1|')
mkdir -p etc/ssh etc/dropbear
key=etc/ssh/ssh_host_ed25519_key
install -m 600 "$LAB_DIR/nodes/$node" "$key"
cat >etc/ssh/sshd_config <<END
ListenAddress $address
HostKey /$key
PermitRootLogin prohibit-password
PasswordAuthentication no
UsePAM no
UseDNS no
MaxStartups 200
MaxSessions 100
PrintMotd no
PidFile /run/sshd.pid
Subsystem sftp internal-sftp
END
case $LAB_FLAVOUR in
dropbear | busybox)
  dropbearconvert openssh dropbear "$key" etc/dropbear/key >/dev/null 2>&1
  rm -r etc/ssh
  ;;
esac
cat >etc/hosts <<END
127.0.0.1 localhost
::1 localhost
$address $node
END

if [ "$LAB_KIND" = full ]; then
  mkdir -p "etc/containers/certs.d/10.77.0.1:5000"
  cp "$LAB_DIR/registry/ca.crt" "etc/containers/certs.d/10.77.0.1:5000/ca.crt"
  cat >etc/containers/storage.conf <<END
[storage]
driver = "overlay"
runroot = "/run/containers/storage"
graphroot = "/var/lib/containers/storage"
END
  # There is no systemd on a node.
  cat >etc/containers/containers.conf <<END
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "crun"
END
fi
mkdir -p usr/local/sbin
printf '%s\n' '#!/bin/sh' 'kill -TERM 1' >usr/local/sbin/reboot
chmod 755 usr/local/sbin/reboot
rm -f etc/localtime
ln -s ../usr/share/zoneinfo/Etc/UTC etc/localtime
[ -e etc/localtime ] || { rm -f etc/localtime && : >etc/localtime; } # empty means UTC
# Last: a disk without it was not finished, and is made again.
echo "$node" >etc/hostname
cd /
