# users.sh KEYS COMMAND…: becomes the command in a mount namespace of its own, where there are users with
# and without rights. Run by `unshare --mount`; nothing of it is on the machine itself.
set -e
keys=$1
shift
mount -t tmpfs -o mode=755 run /run
mkdir -p /run/sshd /run/etc /run/work
cp "$keys" /run/keys
chmod 644 /run/keys
mount -t overlay -o lowerdir=/etc,upperdir=/run/etc,workdir=/run/work overlay /etc
mount -t tmpfs -o mode=711 sudo /var/lib/sudo
hash=$(openssl passwd -6 "it's a \\\$ecret, 100%")
id=7000
for user in free asked strict stamped lectured mixed tty nobody2 doer asked-doer; do
  id=$((id + 1))
  echo "$user:x:$id:7000::/tmp:/bin/sh" >>/etc/passwd
  echo "$user:$hash:19000:0:99999:7:::" >>/etc/shadow
done
sed -i "s,^root:[^:]*:,root:$hash:," /etc/shadow
# A wrong password is to cost no two seconds.
echo 'auth required pam_unix.so nodelay' >/etc/pam.d/common-auth
cat >/etc/sudoers <<'RULES'
Defaults use_pty
Defaults:strict timestamp_timeout=0
Defaults:lectured lecture=always
Defaults:tty requiretty
free ALL=(ALL) NOPASSWD: ALL
tty ALL=(ALL) NOPASSWD: ALL
asked ALL=(ALL) ALL
strict ALL=(ALL) ALL
lectured ALL=(ALL) ALL
mixed ALL=(ALL) PASSWD: ALL, NOPASSWD: /bin/sh, /usr/bin/sh
RULES
printf 'permit nopass doer\npermit asked-doer\n' >/etc/doas.conf
chmod 600 /etc/doas.conf
exec "$@"
