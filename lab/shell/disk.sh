# Sourced by node.sh, before the first boot: what is on a node's disk.
cd "$root"
mkdir -p etc/ssh home var/log/pods var/lib/containers var/lib/kubelet etc/sysctl.d \
  etc/kubernetes/manifests etc/containers/certs.d tmp var/spool
mkdir -m 700 -p root/.ssh
mkdir -m 1777 -p var/tmp

cp "$LAB_DIR/id.pub" root/.ssh/authorized_keys
cp -p "$LAB_DIR/nodes/$node" etc/ssh/ssh_host_ed25519_key
chown -R 0:0 root/.ssh etc/ssh
chmod 600 root/.ssh/authorized_keys etc/ssh/ssh_host_ed25519_key
# The machine's own password hashes are no business of a node; with "!" sshd would call root locked.
sed 's/^\([^:]*\):[^:]*:/\1:*:/' /etc/shadow >etc/shadow.new
chmod 640 etc/shadow.new
mv etc/shadow.new etc/shadow
sed 's|^\(root:.*:\)[^:]*$|\1/bin/sh|' /etc/passwd >etc/passwd.new
mv etc/passwd.new etc/passwd

address=$(ip -4 -o addr show dev mgmt0 | sed 's|.* inet \([^/]*\)/.*|\1|')
cat >etc/ssh/sshd_config <<END
ListenAddress $address
HostKey /etc/ssh/ssh_host_ed25519_key
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
rm -f etc/localtime
ln -s ../usr/share/zoneinfo/Etc/UTC etc/localtime
[ -e etc/localtime ] || { rm -f etc/localtime && : >etc/localtime; } # empty means UTC
# Last: a disk without it was not finished, and is made again.
echo "$node" >etc/hostname
cd /
