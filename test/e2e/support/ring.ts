import { configurationMark } from '#keepalived/configuration-mark.ts';
import { keepalivedProcess } from '#keepalived/reads/process.ts';
import type { TestLab } from './lab.ts';

export const NODES = ['node1', 'node2', 'node3'];
export const HOLDERS = {
  node1: ['fd02:9a01::1'],
  node2: ['fd02:9a01::2'],
  node3: ['fd02:9a01::3'],
};
export const CONF = '/etc/keepalived/keepalived.conf';
export const MANIFEST = '/etc/kubernetes/manifests/keepalived.yaml';

/** The VIPs on each node, as its kernel has them. */
export async function holders({ lab }: TestLab): Promise<Record<string, readonly string[]>> {
  const entries = NODES.map(async (node) => {
    const { stdout } = await lab.run(node, 'ip -6 -o addr show dev srvc0 scope global');
    const vips = [...stdout.matchAll(/inet6 (fd02:9a01::[1-9])\/64/g)].map(([, vip = '']) => vip);
    return [node, vips] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** What a node is configured with, and what its keepalived has loaded, as short names for both. */
export interface NodeState {
  readonly configured: string;
  readonly loaded: string | undefined;
  readonly manifest: string;
  /** The ends of runs that are still open: armed, or being undone. */
  readonly open: readonly string[];
  /** Names in the manifest folder. */
  readonly manifests: readonly string[];
}

export async function nodeState({ lab }: TestLab, node: string): Promise<NodeState> {
  const [files, { stdout, stderr, status }] = await Promise.all([
    lab.run(
      node,
      `cat ${CONF}; echo =====; sha256sum ${MANIFEST} | cut -c 1-12
echo =====; ls -d /var/lib/rota/runs/*/armed /var/lib/rota/runs/*/undoing 2>/dev/null
echo =====; ls -A /etc/kubernetes/manifests`,
    ),
    lab.run(node, keepalivedProcess.script),
  ]);
  const [conf = '', manifest = '', open = '', manifests = ''] = files.stdout.split('=====\n');
  const output = { status: status ?? 1, bytes: Buffer.from(stdout), stdout, stderr };
  const { configuration } = keepalivedProcess.parse(output);
  return {
    configured: configurationMark(conf),
    loaded: configuration === undefined ? undefined : configurationMark(configuration),
    manifest: manifest.trim(),
    open: open.split('\n').filter(Boolean),
    manifests: manifests.split('\n').filter(Boolean),
  };
}

export async function nodeStates(testLab: TestLab): Promise<readonly NodeState[]> {
  return await Promise.all(NODES.map((node) => nodeState(testLab, node)));
}
