# Sourced by disk.sh: a root that has busybox for its only program. dropbear comes with the libraries
# that it needs, away from where anything else would look for them.
mkdir -p bin sbin usr/bin usr/sbin dev proc sys run root etc/dropbear opt/lab
cp "$(command -v busybox)" bin/busybox
chroot . /bin/busybox --install -s
cp "$(command -v catatonit)" /usr/sbin/dropbear opt/lab
cp $(ldd /usr/sbin/dropbear | grep -o '/[^ ]*') opt/lab
mv opt/lab/ld-linux* opt/lab/ld.so
echo 'root:x:0:0:root:/root:/bin/sh' >etc/passwd
echo 'root:x:0:' >etc/group
echo 'root:*:::::::' >etc/shadow
