import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { DRAINED_PATH } from '#keepalived/reads/drained.ts';
import { mainProcesses } from './main-processes.ts';
import { vipsOn } from './ring.ts';
import type { TestLab } from './test-lab.ts';

const LAST = '18:66:da:e6:46:74"';
const NODE4 = `${LAST}
        node4:
          ansible_host: 10.77.0.14
          vrrp_mac: "02:00:00:00:00:04"`;

/** An inventory of four nodes; the fourth has no VIP of its own. */
export function inventoryOfFour(testLab: TestLab): string {
  return testLab.inventory([LAST, NODE4]);
}

/** What runs on each of some nodes and which VIPs it holds, by their last digit: seen from outside, without rota. */
export async function duty(
  { lab }: TestLab,
  names: readonly string[],
): Promise<Record<string, string>> {
  const entries = names.map(async (name) => {
    const words = [
      mainProcesses(lab, name).length === 1 ? 'runs' : 'off',
      ...(existsSync(`${lab.proc(name)}/root${DRAINED_PATH}`) ? ['drained'] : []),
      ...(await vipsOn(lab, name)).map((vip) => vip.at(-1)).toSorted(),
    ];
    return [name, words.join(' ')] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** How many VIPs of each of the other nodes have a node for a peer. */
export async function peersOf({ lab }: TestLab, name: string): Promise<readonly string[]> {
  const { fabricAddress } = lab.node(name);
  const count = `grep -c '^ *${fabricAddress}' /etc/keepalived/keepalived.conf`;
  const others = lab.nodes.filter((node) => node.name !== name);
  const outputs = others.map(async (node) => (await lab.run(node.name, count)).stdout);
  return (await Promise.all(outputs)).map((output) => output.trim());
}

/** All that can be told of a node by what is on its disk, what runs there and what is set. */
export async function traceOf({ lab }: TestLab, node: string): Promise<readonly string[]> {
  const others =
    "! -type c ! -path './var/log*' ! -path './run*' ! -path './var/tmp' ! -path './var/lib/kubelet/*'";
  const find = `find . ${others} -type d -printf '%p %m %u\\n' -o ${others} -printf '%p %m %u %s\\n'`;
  const disk = execFileSync('sh', ['-c', `${find} | sort`], {
    cwd: lab.upper(node),
    encoding: 'utf8',
  });
  const { stdout } = await lab.run(
    node,
    `ls -d /run/rota 2>/dev/null; pgrep keepalived
podman images --format '{{.Repository}}' | grep keepalived
cat /proc/sys/net/ipv?/ip_nonlocal_bind; ip -6 -o addr show scope global | grep -c :`,
  );
  return `${disk}${stdout}`.split('\n');
}
