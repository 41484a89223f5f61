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
# user NAME [SHELL [LINE-OF-.bashrc]]
user() {
  id=$((id + 1))
  mkdir "/run/home/$1"
  printf '%s\n' "${3-}" >"/run/home/$1/.bashrc"
  chown -R "$id" "/run/home/$1"
  echo "$1:x:$id:7000::/run/home/$1:${2:-/bin/sh}" >>/etc/passwd
  echo "$1:$hash:19000:0:99999:7:::" >>/etc/shadow
}
mkdir -p /run/home
for name in free asked strict counted logged lectured mixed tty nobody2 doer asked-doer forced chrooted gone expired stuck; do
  user "$name"
done
printf '#!/bin/sh\nexec sleep 600\n' >/run/stuck
chmod 755 /run/stuck
user greeted /bin/bash 'echo hello; echo warning >&2'
user left /bin/bash 'echo goodbye; exit 0'
user turned /bin/bash 'exec fish'
user noshell /usr/sbin/nologin
user false /bin/false
user tcsher /usr/bin/tcsh
user fisher /usr/bin/fish
echo 'echo hello' >/run/home/tcsher/.tcshrc
mkdir -p /run/home/fisher/.config/fish
echo 'echo hello' >/run/home/fisher/.config/fish/config.fish
chown -R fisher /run/home/fisher
sed -i "s,^gone:.*,gone:$hash:19000:0:99999:7::1:,; s,^expired:.*,expired:$hash:0:0:99999:7:::," /etc/shadow
sed -i "s,^root:[^:]*:,root:$hash:," /etc/shadow
# A wrong password is to cost no two seconds.
cat >/etc/pam.d/common-auth <<'RULES'
auth sufficient pam_unix.so nodelay
auth required pam_faillock.so authfail nodelay dir=/run/faillock deny=100
auth required pam_deny.so
RULES
cat >/etc/sudoers <<'RULES'
Defaults use_pty
Defaults:strict timestamp_timeout=0
Defaults:logged timestamp_type=global, log_input, log_output, iolog_dir=/run/log/%{user}
Defaults:lectured lecture=always
Defaults:tty requiretty
free ALL=(ALL) NOPASSWD: ALL
tty ALL=(ALL) NOPASSWD: ALL
asked ALL=(ALL) ALL
logged ALL=(ALL) ALL
counted ALL=(ALL) ALL
greeted ALL=(ALL) NOPASSWD: ALL
tcsher ALL=(ALL) NOPASSWD: ALL
fisher ALL=(ALL) NOPASSWD: ALL
strict ALL=(ALL) ALL
lectured ALL=(ALL) ALL
mixed ALL=(ALL) PASSWD: ALL, NOPASSWD: /bin/sh, /usr/bin/sh
RULES
echo 'counted ALL=(ALL) ALL' >/etc/sudoers-rs
chmod 440 /etc/sudoers-rs
printf 'permit nopass doer\npermit asked-doer\n' >/etc/doas.conf
chmod 600 /etc/doas.conf
exec "$@"
