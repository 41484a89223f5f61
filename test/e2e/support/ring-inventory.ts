import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { patient } from './patience.ts';
import type { TestLab } from './test-lab.ts';

/** A ring of a lab's nodes. */
export interface LabRing {
  readonly nodes: readonly string[];
  readonly families: readonly (4 | 6)[];
  readonly vars: Readonly<Record<string, unknown>>;
}

/** Writes an inventory of these rings, each a group of its own. Gives its path. */
export function ringInventory(testLab: TestLab, name: string, rings: readonly LabRing[]): string {
  const { dir } = testLab.lab;
  const inventory = {
    all: {
      vars: {
        ansible_user: 'root',
        ansible_ssh_private_key_file: `${dir}/id`,
        ansible_ssh_common_args: `-o UserKnownHostsFile=${dir}/known_hosts`,
        keepalived_checks: [
          {
            name: 'chk_api',
            url: 'https://localhost:6443/healthz',
            // One answer that a busy machine is late with would move a VIP.
            interval: 4,
            timeout: 3,
            fall: 1,
          },
        ],
        keepalived_gate_seconds: 60,
        image_repository: `${dir}/keepalived`,
        image_registry: '10.77.0.1:5000',
        image_registry_certs: `${dir}/registry`,
      },
      children: {
        controllers: {
          children: Object.fromEntries(
            rings.map((ring, index) => [`ring${index + 1}`, group(testLab, ring)]),
          ),
        },
      },
    },
  };
  const path = join(testLab.folder, `${name}.yaml`);
  // JSON is YAML.
  writeFileSync(path, patient(JSON.stringify(inventory, undefined, 2)));
  return path;
}

function group({ lab }: TestLab, { nodes, families, vars }: LabRing) {
  const hosts = nodes.map((name) => {
    const { address, mac, fabricAddress4 } = lab.node(name);
    const own = {
      ansible_host: address,
      ...(families.includes(6) ? { vrrp_mac: mac, vrrp_fabric_id: 666, vrrp_virt: 1 } : {}),
      ...(families.includes(4) ? { vrrp_address4: fabricAddress4 } : {}),
    };
    return [name, own];
  });
  return {
    hosts: Object.fromEntries(hosts),
    vars: { ...(families.includes(4) ? { vrrp_prefix_length4: 16 } : {}), ...vars },
  };
}
