import { familyOf } from './address.ts';
import type { Instance } from './instances.ts';
import { nodeAddress } from './node-address.ts';
import { parseConfig } from './parse-config.ts';
import type { Node } from './vars.ts';

/**
 * What a configuration makes of a node, one for each VIP, as `ringInstances` does from the inventory.
 * Where it names no source, keepalived takes the interface's own.
 */
export function instancesOf(configuration: string, { vars }: Node): readonly Instance[] {
  return parseConfig(configuration).instances.flatMap((instance) =>
    instance.vips.map(({ address, prefixLength }) => ({
      name: instance.name,
      interface: instance.interface,
      priority: instance.priority,
      routerId: instance.routerId,
      source: instance.source ?? nodeAddress(vars, familyOf(address)),
      peers: instance.peers,
      vip: address,
      prefixLength,
    })),
  );
}
