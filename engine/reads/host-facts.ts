import type { Read } from '#engine/model/read.ts';

/** What a host is. */
export interface SystemFacts {
  /** By os-release(5): `debian`, its relatives, `12`, `Debian GNU/Linux 12 (bookworm)`; empty where it is not told. */
  readonly os: {
    readonly id: string;
    readonly like: readonly string[];
    readonly version: string;
    readonly name: string;
  };
  /** As the kernel says: `x86_64`, `aarch64`. */
  readonly architecture: string;
  readonly memoryBytes: number;
  /** Those of global scope, which others may reach. None on a host that has no `ip`. */
  readonly addresses: readonly {
    readonly interface: string;
    readonly address: string;
    readonly prefix: number;
  }[];
  readonly init: 'systemd' | 'openrc' | 'sysvinit' | 'other';
  readonly packageManager: PackageManager | undefined;
}

type PackageManager = 'apt' | 'dnf' | 'yum' | 'zypper' | 'apk' | 'pacman';

const SCRIPT = `os=/etc/os-release
[ -r "$os" ] || os=/usr/lib/os-release
[ ! -r "$os" ] || while IFS= read -r line || [ -n "$line" ]; do printf '%s\\n' "os $line"; done <"$os"
while read -r name value _; do
  case $name in MemTotal:) echo "memory $value"; break ;; esac
done </proc/meminfo
printf 'architecture '
if { read -r name </proc/sys/kernel/arch; } 2>/dev/null; then echo "$name"; else uname -m; fi
if [ -d /run/systemd/system ]; then echo init systemd
elif [ -d /run/openrc ]; then echo init openrc
elif [ -d /etc/init.d ]; then echo init sysvinit
fi
for name in apt-get dnf yum zypper apk pacman; do
  if command -v "$name" >/dev/null; then echo "packages \${name%-get}"; break; fi
done
ip -o addr show 2>/dev/null
:`;

/**
 * The operating system, architecture, memory, addresses, init and package manager of a host. Volatile:
 * addresses come and go.
 */
export const hostFacts: Read<SystemFacts> = {
  key: 'host facts',
  volatile: true,
  script: SCRIPT,
  parse: ({ stdout }) => {
    const told = (head: string) => new RegExp(`^${head}(.*)$`, 'm').exec(stdout)?.[1];
    const os = (name: string) => unquoted(told(`os ${name}=`) ?? '');
    return {
      os: {
        id: os('ID'),
        like: os('ID_LIKE').split(' ').filter(Boolean),
        version: os('VERSION_ID'),
        name: os('PRETTY_NAME'),
      },
      architecture: told('architecture ') ?? '',
      memoryBytes: Number(told('memory ')) * 1024,
      addresses: addressesIn(stdout),
      init: (told('init ') ?? 'other') as SystemFacts['init'],
      packageManager: told('packages ') as PackageManager | undefined,
    };
  },
};

/** As a shell would read the value. */
function unquoted(value: string): string {
  return value.replace(/^(["'])(.*)\1$/, '$2').replace(/\\(["'$`\\])/g, '$1');
}

/** Lines such as `2: eth0    inet 192.0.2.2/24 brd 192.0.2.255 scope global eth0`. */
function addressesIn(text: string): SystemFacts['addresses'] {
  const lines = text.matchAll(
    /^\d+: (\S+) +inet6? ([\da-f.:]+)(?: peer [\da-f.:]+)?\/(\d+) .*scope global/gm,
  );
  return [...lines].map(([, name = '', address = '', prefix]) => ({
    interface: name,
    address,
    prefix: Number(prefix),
  }));
}
