import { existsSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { $ } from 'zx/core';
import { hierarchies } from './cgroups.ts';
import { done } from './done.ts';
import { insidePrefix, SCRIPTS } from './namespaces.ts';
import { plugIn } from './network.ts';
import type { LabNode } from './roster.ts';
import { savedNode } from './saved-lab.ts';
import type { LabState } from './state.ts';

/** The folder of rota, which has the stand-ins as sources in a clone, and bundled in the package. */
const CHECKOUT = realpathSync(fileURLToPath(new URL('..', import.meta.url)));

const SOURCES = join(CHECKOUT, 'lab/kubelet');
const STAND_INS = existsSync(SOURCES) ? SOURCES : join(CHECKOUT, 'dist/kubelet');

/** Of the machine's root, what a node must not show: its users' files, and its own running state. */
const HIDDEN = [
  '/root /home /tmp /var/tmp /var/log /var/spool /var/lib/containers /var/lib/docker-registry',
  '/var/lib/kubelet /var/lib/rota /etc/kubernetes /etc/keepalived /etc/ssh /etc/sysctl.d',
  '/etc/sysctl.conf /etc/hosts.allow /etc/hosts.deny /etc/containers/certs.d /etc/containerd',
  '/etc/containers/storage.conf /etc/containers/containers.conf /etc/containers/libpod.conf',
].flatMap((line) => line.split(' '));

/** Powers nodes on, sixteen at a time, and waits until sshd answers on each. */
export async function powerOn(
  dir: string,
  state: LabState,
  nodes: readonly LabNode[],
): Promise<void> {
  await plugIn(state.pid, nodes);
  const boot = ({ name }: LabNode) => {
    const inside = $({ env: nodeEnvironment(dir, state, name) });
    const command = inside`${insidePrefix(state.pid)} sh ${SCRIPTS}/power-on.sh ${name}`;
    return done('A node did not start', command);
  };
  for (let at = 0; at < nodes.length; at += 16)
    await Promise.all(nodes.slice(at, at + 16).map(boot));
}

function nodeEnvironment(dir: string, state: LabState, node: string): NodeJS.ProcessEnv {
  const { id, light, waits, from } = state;
  const flavour = state.flavours[node] ?? 'debian';
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    // Without it bash takes the socket that is its stdin for a remote login's, and reads ~/.bashrc.
    SHLVL: '2',
    LAB_DIR: dir,
    LAB_SEAL: state.sealed ? SEAL : '',
    LAB_ROOT: state.root ?? '/',
    LAB_HIDE: state.root === undefined ? hidden(dir).join('\n') : '',
    LAB_KIND: light ? 'light' : 'full',
    LAB_FLAVOUR: flavour,
    LAB_SAVED: from === undefined ? '' : savedNode(from, node),
    LAB_NODE_BINARY: realpathSync(process.execPath),
    LAB_CHECKOUT: CHECKOUT,
    LAB_STAND_INS: STAND_INS,
    LAB_GROUP: `rota-lab-${id}`,
    LAB_HIERARCHIES: light ? '' : hierarchyWords(),
    LAB_WAITS: String(waits),
  };
}

/** No module and no time of the machine's kernel is changed. */
const SEAL = 'setpriv --bounding-set=-sys_module,-sys_time,-sys_boot';

/** With the folders of this user, of the checkout and of the lab, each once: none below another. */
function hidden(dir: string): readonly string[] {
  const all = [...HIDDEN, homedir(), CHECKOUT, realpathSync(dir)];
  const isBelow = (path: string, parent: string) =>
    path !== parent && `${path}/`.startsWith(`${parent}/`);
  return [...new Set(all)].filter(
    (path) => path !== '/' && !all.some((parent) => isBelow(path, parent)),
  );
}

/** Power loss: every process gone at once, and the network with them. The disk stays. */
export async function powerOff(pid: number, node: string): Promise<void> {
  const command = $`${insidePrefix(pid)} sh ${SCRIPTS}/power-off.sh ${node}`;
  await done('A node could not be switched off', command);
}

/** As power-on.sh takes them: `folder:mount options:path`. */
function hierarchyWords(): string {
  return hierarchies()
    .map(({ folder, options, path }) => `${folder}:${options}:${path}`)
    .join(' ');
}
