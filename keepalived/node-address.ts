import { addressInNetwork, deriveAddress, networkOf } from './address.ts';
import type { KeepalivedVars } from './vars.ts';

/** The address that a node sends from and is sent to. */
export function nodeAddress(vars: KeepalivedVars): string {
  const { vrrp_mac: mac, vrrp_fabric_id: fabricId, vrrp_virt: virt } = vars;
  if (vars.vrrp_address !== undefined) return vars.vrrp_address;
  if (mac === undefined || fabricId === undefined || virt === undefined) {
    throw new Error('KeepalivedVars let a node through that has no address');
  }
  return deriveAddress({ fabricId, virt, mac });
}

export function nodeNetwork(vars: KeepalivedVars): string {
  return networkOf(nodeAddress(vars), vars.vrrp_prefix_length);
}

/**
 * The VIPs of the ring that the node is in, in the order of the ring. Where the variable is a number,
 * or left out and so the number of nodes, they are the first addresses of the node's network.
 */
export function vipsOf(vars: KeepalivedVars, nodes: number): readonly string[] {
  const { vrrp_vips: vips = nodes } = vars;
  if (typeof vips !== 'number') return vips;
  return Array.from({ length: vips }, (_, index) =>
    addressInNetwork(nodeAddress(vars), vars.vrrp_prefix_length, index + 1),
  );
}
