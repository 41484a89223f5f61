import { addressInNetwork, deriveAddress, type Family, networkOf } from './address.ts';
import { familiesOf } from './families.ts';
import type { KeepalivedVars } from './vars.ts';

/**
 * The address that a node sends from and is sent to, for the VIPs of a family. Of its families the
 * first, when none is named: IPv6, or IPv4 on a node that has no other.
 */
export function nodeAddress(vars: KeepalivedVars, family = familiesOf(vars)[0]): string {
  return family === 4 ? address4(vars) : address6(vars);
}

/** The node's own addresses, one for each family that it has VIPs of. */
export function ownAddresses(vars: KeepalivedVars): readonly string[] {
  return familiesOf(vars).map((family) => nodeAddress(vars, family));
}

export function prefixLengthOf(vars: KeepalivedVars, family: Family): number {
  return family === 4 ? vars.vrrp_prefix_length4 : vars.vrrp_prefix_length;
}

export function nodeNetwork(vars: KeepalivedVars, family: Family): string {
  return networkOf(nodeAddress(vars, family), prefixLengthOf(vars, family));
}

/** All VIPs of the ring that the node is in: the IPv6 ones in the order of the ring, then the IPv4 ones. */
export function vipsOf(vars: KeepalivedVars, nodes: number): readonly string[] {
  return familiesOf(vars).flatMap((family) => vipsOfFamily(vars, nodes, family));
}

/**
 * The VIPs of one family, in the order of the ring. Where vrrp_vips is a number, or left out and so
 * the number of nodes, the IPv6 ones are the first addresses of the node's network.
 */
export function vipsOfFamily(
  vars: KeepalivedVars,
  nodes: number,
  family: Family,
): readonly string[] {
  if (!familiesOf(vars).includes(family)) return [];
  if (family === 4) return vars.vrrp_vips4 ?? [];
  const { vrrp_vips: vips = nodes } = vars;
  if (typeof vips !== 'number') return vips;
  return Array.from({ length: vips }, (_, index) =>
    addressInNetwork(nodeAddress(vars, 6), vars.vrrp_prefix_length, index + 1),
  );
}

/** By variables, which do not change: a run asks for it some hundred times. */
const derived = new WeakMap<KeepalivedVars, string>();

function address6(vars: KeepalivedVars): string {
  if (vars.vrrp_address !== undefined) return vars.vrrp_address;
  const address = derived.get(vars) ?? derivedAddress(vars);
  derived.set(vars, address);
  return address;
}

function derivedAddress(vars: KeepalivedVars): string {
  const { vrrp_mac: mac, vrrp_fabric_id: fabricId, vrrp_virt: virt } = vars;
  if (mac === undefined || fabricId === undefined || virt === undefined) {
    throw new Error('KeepalivedVars let a node through that has no address');
  }
  return deriveAddress({ fabricId, virt, mac });
}

function address4(vars: KeepalivedVars): string {
  if (vars.vrrp_address4 !== undefined) return vars.vrrp_address4;
  throw new Error('KeepalivedVars let a node through that has no IPv4 address');
}
