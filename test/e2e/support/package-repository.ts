import type { TaskTrial } from './task-trial.ts';

const FOLDER = '/srv/packages';

/**
 * Makes a signed repository of empty packages on a node, the only one that its apt is told of: a version of each,
 * as `name=version`, with what it depends on behind a colon. Nothing else is installed, as far as dpkg knows:
 * each of its calls reads all of that. Gives its key, as text, and what ends it.
 */
export async function packageRepository(trial: TaskTrial, packages: readonly string[]) {
  const specs = packages.map((spec) => `'${spec}'`).join(' ');
  const key = await trial.sh(`${MAKE}\nmake_repository ${specs}`);
  const end = async () => void (await trial.sh(END));
  return { key, end };
}

/** Has apt know what is in it, as a host knows its repositories. */
export const LISTED = `mkdir -p /etc/apt/keyrings
printf '%s\\n' 'Types: deb' 'URIs: file:${FOLDER}' 'Suites: ./' 'Signed-By: /srv/key.asc' >/etc/apt/sources.list.d/here.sources
apt-get -qq update`;

const MAKE = `make_repository() {
  mkdir -p ${FOLDER} /srv/sources
  mv /etc/apt/sources.list.d/* /srv/sources
  mv /var/lib/dpkg/status /srv/status
  : >/var/lib/dpkg/status
  : >/var/lib/apt/extended_states
  cd ${FOLDER}
  for spec do
    name=\${spec%%=*} rest=\${spec#*=}
    version=\${rest%%:*} depends=''
    case $rest in *:*) depends="Depends: \${rest#*:}" ;; esac
    mkdir -p "/tmp/deb/DEBIAN"
    printf '%s\\n' "Package: $name" "Version: $version" 'Architecture: all' 'Maintainer: ada <ada@example.org>' \${depends:+"$depends"} 'Description: empty' >/tmp/deb/DEBIAN/control
    dpkg-deb -Znone -b /tmp/deb "$name-$version.deb" >/dev/null
    { cat /tmp/deb/DEBIAN/control
      echo "Filename: ./$name-$version.deb"
      stat -c 'Size: %s' "$name-$version.deb"
      sha256sum "$name-$version.deb" | sed 's/^\\([^ ]*\\).*/SHA256: \\1\\n/'
    } >>Packages
  done
  { echo 'Suite: here'; echo "Date: $(date -u -R)"; echo SHA256:; echo " $(sha256sum Packages | cut -c1-64) $(stat -c %s Packages) Packages"; } >Release
  export GNUPGHOME=/tmp/gpg
  mkdir -m 700 "$GNUPGHOME"
  gpg --batch -q --passphrase '' --quick-gen-key packages ed25519 sign never
  gpg --batch -q --clearsign -o InRelease Release
  gpg --armor --export | tee /srv/key.asc
  gpgconf --kill all
}`;

const END = `rm -rf /tmp/deb /tmp/gpg ${FOLDER} /srv/key.asc /etc/apt/sources.list.d/*
mv /srv/sources/* /etc/apt/sources.list.d
mv /srv/status /var/lib/dpkg/status
rmdir /srv/sources
rm -f /var/lib/dpkg/info/example-* /var/lib/apt/extended_states /var/lib/apt/lists/_srv_*`;
