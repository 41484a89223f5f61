import { join } from 'node:path';
import { startOf } from '#engine/model/host.ts';
import { quote } from '#engine/shell/quote.ts';
import type { Lab } from '#lab/lab.ts';
import { onDisk } from './on-disk.ts';
import type { TrialPlace } from './task-trial.ts';

/** A node of a lab, to try tasks on. */
export function labPlace(lab: Lab, node: string, folder: string): TrialPlace {
  const { address } = lab.node(node);
  // This process is not in the lab's network.
  const proxy = [...lab.prefix('control'), 'busybox', 'nc', address, '22'];
  const options = [
    `UserKnownHostsFile=${join(lab.dir, 'known_hosts')}`,
    `ProxyCommand=${proxy.map(quote).join(' ')}`,
  ];
  return {
    host: {
      name: node,
      groups: [],
      variables: new Map(),
      connection: {
        transport: 'ssh',
        address,
        port: 22,
        user: 'root',
        keyFile: join(lab.dir, 'id'),
        sshArguments: options.flatMap((option) => ['-o', option]),
      },
      origin: startOf('inventory'),
    },
    folder,
    sh: async (script) => {
      const { status, stdout, stderr } = await lab.run(node, `set -eu\n${script}`);
      if (status !== 0) throw new Error(`${script} ended with ${status}: ${stderr}`);
      return stdout;
    },
    onDisk: async () => onDisk(lab, node),
  };
}
