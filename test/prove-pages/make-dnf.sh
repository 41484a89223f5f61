# On a node: dnf in the place of apt, from /srv/debs, and a signed repository in /srv/packages. Prints its key.
for deb in /srv/debs/*.deb; do dpkg -x "$deb" /; done
rm -r /srv/debs /usr/bin/dpkg-query /usr/bin/apt-get
mkdir -p /etc/yum.repos.d /etc/pki/rpm-gpg /srv/packages
export HOME=/root GNUPGHOME=/tmp/gpg
make_rpm() {
  cat >/tmp/spec <<END
Name: $1
Version: $2
Release: 1
Summary: empty
License: none
BuildArch: noarch
${3:+Requires: $3}
%description
%files
END
  rpmbuild --quiet -bb --define '_rpmdir /srv/packages' --define '_topdir /tmp/rpmbuild' /tmp/spec >&2
}
make_rpm example-tool 1.1
make_rpm example-tool 1.2
make_rpm example-lib 1
make_rpm example-lint 1 example-lib
make_rpm example-pinned 1
mkdir -m 700 "$GNUPGHOME"
gpg --batch -q --passphrase '' --quick-gen-key packages rsa2048 sign never
rpmsign --define '_gpg_name packages' --define '__gpg /usr/bin/gpg' --addsign /srv/packages/*/*.rpm >&2
createrepo_c -q /srv/packages >&2
gpg --armor --export
gpgconf --kill all
