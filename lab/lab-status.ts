import type { Lab } from './lab.ts';

/** A line per node: whether it is on, and the addresses that it holds on the fabric. */
export async function labStatus(lab: Lab): Promise<string> {
  const lines = lab.nodes.map(async ({ name }) => {
    if (!lab.isOn(name)) return `${name}  off`;
    const { stdout } = await lab.run(name, 'ip -6 -o addr show dev srvc0 scope global');
    const addresses = [...stdout.matchAll(/inet6 (\S+)\//g)].map(([, address]) => address);
    return `${name}  on   ${addresses.toReversed().join('  ')}`;
  });
  return (await Promise.all(lines)).join('\n');
}
