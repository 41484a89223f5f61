import { Failure } from '#engine/model/failure.ts';
import type { NewVariables } from './new-inventory.ts';

/** A host as --host gives it. */
export interface GivenHost {
  readonly name: string;
  readonly address?: string | undefined;
  readonly mac?: string | undefined;
  readonly address4?: string | undefined;
}

/** A ring as a command line gives it. */
export interface GivenRing {
  readonly hosts: readonly GivenHost[];
  readonly user?: string;
  readonly vips?: string;
  readonly fabricId?: string;
  readonly virt?: string;
  readonly prefixLength4?: string;
  readonly interface?: string;
  readonly imageRepository?: string;
  readonly imageRef?: string;
  readonly imageRegistry?: string;
}

/** What is written where no host is given, to be replaced: addresses and MACs of documentation. */
export const EXAMPLE: GivenRing = {
  hosts: [1, 2, 3].map((number) => ({
    name: `node${number}`,
    address: `192.0.2.${number}`,
    mac: `00:00:5e:00:53:0${number}`,
  })),
  fabricId: '666',
  virt: '1',
  imageRegistry: 'registry.example.com',
};

/** Reads `NAME[=ADDRESS[,MAC][,IPV4]]`. Throws a Failure for more. */
export function givenHost(text: string): GivenHost {
  const [, name = '', rest = ''] = /^([^=]*)(?:=(.*))?$/s.exec(text) ?? [];
  const [address, ...parts] = rest.split(',').map((part) => part.trim());
  const address4 = parts.find(isAddress4);
  const [mac, more] = parts.filter((part) => part !== address4);
  if (more !== undefined || name.trim() === '') {
    const fix = 'Write --host NAME=ADDRESS,MAC, and ,IPV4 after it for a ring with IPv4 VIPs.';
    throw new Failure('A host cannot be read', { where: `--host ${text}`, fix });
  }
  return { name: name.trim(), address: address || undefined, mac, address4 };
}

/** The variables of a ring and of its hosts; what is missing, and what does not fit, is for lint to say. */
export function variablesOf(ring: GivenRing): {
  readonly hosts: ReadonlyMap<string, NewVariables>;
  readonly variables: NewVariables;
} {
  const vips = vipsOf(ring.vips ?? String(ring.hosts.length));
  const [has6, has4] = ['vrrp_vips' in vips, 'vrrp_vips4' in vips];
  const repository = ring.imageRepository || undefined;
  return {
    hosts: new Map(ring.hosts.map((host) => [host.name, ofHost(host, { has6, has4 })])),
    variables: given({
      ansible_user: ring.user ?? 'root',
      ...vips,
      vrrp_fabric_id: has6 ? numberIn(ring.fabricId) : undefined,
      vrrp_virt: has6 ? numberIn(ring.virt) : undefined,
      vrrp_prefix_length4: has4 ? numberIn(ring.prefixLength4 ?? '24') : undefined,
      vrrp_interface: ring.interface ?? 'srvc0',
      image_repository: repository,
      image_ref: repository && (ring.imageRef ?? 'main'),
      image_registry: ring.imageRegistry || undefined,
    }),
  };
}

function ofHost(
  { name, address = name, mac, address4 }: GivenHost,
  { has6, has4 }: { readonly has6: boolean; readonly has4: boolean },
): NewVariables {
  const own4 = address4 ?? (isAddress4(address) ? address : undefined);
  return given({
    ansible_host: address === name ? undefined : address,
    vrrp_mac: has6 ? mac : undefined,
    vrrp_address4: has4 ? own4 : undefined,
  });
}

function given(variables: Readonly<Record<string, NewVariables[string] | undefined>>) {
  const set = Object.entries(variables).filter(([, value]) => value !== undefined);
  return Object.fromEntries(set) as NewVariables;
}

function vipsOf(text: string): NewVariables {
  if (/^\d+$/.test(text)) return { vrrp_vips: Number(text) };
  const vips = text.split(/[\s,]+/).filter(Boolean);
  const [of6, of4] = [
    vips.filter((vip) => vip.includes(':')),
    vips.filter((vip) => !vip.includes(':')),
  ];
  return {
    ...(of6.length === 0 ? {} : { vrrp_vips: of6 }),
    ...(of4.length === 0 ? {} : { vrrp_vips4: of4 }),
  };
}

/** What is no number stays a text, which the schema then refuses in its own words. */
function numberIn(text: string | undefined): string | number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : text;
}

function isAddress4(text: string): boolean {
  return /^\d+(\.\d+){3}$/.test(text);
}
