import { Failure } from '#engine/model/failure.ts';
import type { NewVariables } from './new-inventory.ts';

/** A host as --host gives it. */
export interface GivenHost {
  readonly name: string;
  readonly address?: string | undefined;
  readonly mac?: string | undefined;
  readonly address4?: string | undefined;
}

/** A ring as a command line gives it: hosts, and texts by the variables that they are for. */
export interface GivenRing {
  readonly hosts: readonly GivenHost[];
  readonly texts: Readonly<Record<string, string>>;
}

/** What is written where no host is given, to be replaced: addresses and MACs of documentation. */
export const EXAMPLE: GivenRing = {
  hosts: [1, 2, 3].map((number) => ({
    name: `node${number}`,
    address: `192.0.2.${number}`,
    mac: `00:00:5e:00:53:0${number}`,
  })),
  texts: { vrrp_fabric_id: '666', vrrp_virt: '1', image_registry: 'registry.example.com' },
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
export function variablesOf({ hosts, texts }: GivenRing): {
  readonly hosts: ReadonlyMap<string, NewVariables>;
  readonly variables: NewVariables;
} {
  const { vrrp_vips: vips = String(hosts.length), ...others } = texts;
  const own = vipsOf(vips);
  const given = Object.entries(others).filter(([, text]) => text !== '');
  return {
    hosts: new Map(hosts.map((host) => [host.name, ofHost(host, 'vrrp_vips4' in own)])),
    variables: {
      ansible_user: 'root',
      ...own,
      ...Object.fromEntries(given.map(([name, text]) => [name, numberOrText(name, text)])),
    },
  };
}

function ofHost({ name, address = name, mac, address4 }: GivenHost, has4: boolean): NewVariables {
  const own4 = address4 ?? (isAddress4(address) ? address : undefined);
  return {
    ...(address === name ? {} : { ansible_host: address }),
    ...(mac === undefined ? {} : { vrrp_mac: mac }),
    ...(has4 && own4 !== undefined ? { vrrp_address4: own4 } : {}),
  };
}

function vipsOf(text: string): NewVariables {
  if (/^\d+$/.test(text)) return { vrrp_vips: Number(text) };
  const vips = text.split(/[\s,]+/).filter(Boolean);
  const of6 = vips.filter((vip) => vip.includes(':'));
  const of4 = vips.filter((vip) => !vip.includes(':'));
  return {
    ...(of6.length === 0 ? {} : { vrrp_vips: of6 }),
    ...(of4.length === 0 ? {} : { vrrp_vips4: of4 }),
  };
}

const NUMBERS = ['vrrp_fabric_id', 'vrrp_virt', 'vrrp_prefix_length4'];

/** What is no number stays a text, which the schema then refuses in its own words. */
function numberOrText(name: string, text: string): string | number {
  return NUMBERS.includes(name) && /^\d{1,15}$/.test(text) ? Number(text) : text;
}

function isAddress4(text: string): boolean {
  return /^\d+(\.\d+){3}$/.test(text);
}
