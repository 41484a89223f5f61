import type { Family } from './address.ts';

/** Of the variables of a node, those that say which addresses it has and shares. */
export interface FamilyVars {
  readonly vrrp_vips?: unknown;
  readonly vrrp_vips4?: unknown;
  readonly vrrp_mac?: unknown;
  readonly vrrp_address?: unknown;
  readonly vrrp_fabric_id?: unknown;
  readonly vrrp_virt?: unknown;
}

/**
 * The families that a node has VIPs of. IPv6 goes without saying; it is left out where vrrp_vips is
 * empty, or where there are IPv4 VIPs and no variable of IPv6 is set.
 */
export function familiesOf(vars: FamilyVars): readonly Family[] {
  const ipv4 = vars.vrrp_vips4 !== undefined;
  return [...(hasIpv6(vars) ? ([6] as const) : []), ...(ipv4 ? ([4] as const) : [])];
}

function hasIpv6(vars: FamilyVars): boolean {
  if (vars.vrrp_vips !== undefined) {
    return !Array.isArray(vars.vrrp_vips) || vars.vrrp_vips.length > 0;
  }
  const { vrrp_mac: mac, vrrp_address: address, vrrp_fabric_id: id, vrrp_virt: virt } = vars;
  const said = [mac, address, id, virt].some((value) => value !== undefined);
  return said || vars.vrrp_vips4 === undefined;
}
