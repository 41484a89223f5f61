import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { TestLab } from './test-lab.ts';

/** A router of somebody else's on the fabric, with the router id of our VIP 1. */
const FOREIGN = `vrrp_instance FOREIGN {
  interface srvc0
  virtual_router_id 10
  priority 77
  virtual_ipaddress { fd02:9a01::f0/64 }
}
`;

/** Starts a keepalived on the fabric that is no node's. What it gives ends it. */
export async function startForeignRouter({ lab, folder }: TestLab): Promise<() => Promise<void>> {
  const path = join(folder, 'foreign');
  writeFileSync(`${path}.conf`, FOREIGN);
  const pids = `-p ${path}.pid -r ${path}.vrrp.pid -c ${path}.checkers.pid`;
  await lab.run('client', `keepalived -P ${pids} -f ${path}.conf`);
  await expect
    .poll(async () => (await lab.run('client', 'ip -6 addr show dev srvc0')).stdout)
    .toContain('fd02:9a01::f0/64');
  return async () => {
    const script = `kill $(cat ${path}.pid); while [ -e ${path}.pid ]; do sleep 0.1; done`;
    await lab.run('client', script);
  };
}
