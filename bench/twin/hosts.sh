# What both hosts have before: a repository of two empty packages, and files of others.
mkdir -p /srv/packages /tmp/deb/DEBIAN /opt/old/deep
rm -rf /etc/apt/sources.list /etc/apt/sources.list.d/*
cd /srv/packages
for name in twin-tool twin-lint; do
  printf '%s\n' "Package: $name" 'Version: 1' 'Architecture: all' 'Maintainer: a <a@example.org>' \
    'Description: empty' >/tmp/deb/DEBIAN/control
  dpkg-deb -Znone -b /tmp/deb "$name.deb" >/dev/null
  { cat /tmp/deb/DEBIAN/control; echo "Filename: ./$name.deb"; stat -c 'Size: %s' "$name.deb"
    sha256sum "$name.deb" | sed 's/ .*/\n/;s/^/SHA256: /'; } >>Packages
done
echo 'deb [trusted=yes] file:/srv/packages ./' >/etc/apt/sources.list.d/twin.list
apt-get -qq update
printf 'nproc 64\nnofile 1024\n' >/etc/limits
printf '[log]\nlevel = debug\n' >/etc/app.ini
echo '192.0.2.9 nine' >/etc/peers
echo old >/etc/old.conf
echo old >/opt/old/deep/file
