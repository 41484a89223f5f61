import { execFileSync } from 'node:child_process';
import type { TestLab } from './test-lab.ts';

/** All of a node's disk that can be written: names, modes, owners, times and contents, and its sysctls. */
export async function stateOf({ lab }: TestLab, node: string): Promise<string> {
  const tree = (folder: string, but: string) =>
    execFileSync(
      'sh',
      [
        '-c',
        `cd ${folder} && find . ${but} -printf '%p %m %u %g %y %T@ %l\\n' | sort; find . ${but} -type f -exec sha256sum {} + | sort`,
      ],
      { encoding: 'utf8' },
    );
  // Left out: sshd's records of logins, and what podman touches to look at an image, its lock and /var/tmp.
  const disk = tree(lab.upper(node), "! -path './var/log/*' ! -path './run/*' ! -path './var/tmp'");
  const inside = await lab.run(
    node,
    `find /run /tmp /dev/shm ! -path '/run/containers/*' ! -path '/run/libpod*' ! -path '/run/crun*' ! -path '/run/lock*' -type f | sort; find /var/lib/containers/storage -name '*.lock' -prune -o -type f -print | grep -vE 'overlay/.*/(diff|merged|work)' | sort; sysctl -a 2>/dev/null | grep -E '^net.ipv[46].(ip_nonlocal_bind|conf)'`,
  );
  return `${disk}\n${inside.stdout}`;
}
