import { z } from 'zod';
import { canonicalAddress, canonicalAddress4, isRoutable } from './address.ts';

const MAC = /^[0-9A-Fa-f]{2}([:-])[0-9A-Fa-f]{2}(\1[0-9A-Fa-f]{2}){4}$/;
const MAC_EXPECTED = 'expected six hexadecimal octets such as 90:b1:1c:26:6a:a2';

/** A network card's own address, lower case with colons. Unquoted, YAML can make a number of it. */
export const Mac = z
  .string(`not a MAC address: ${MAC_EXPECTED}, in quotes`)
  .regex(MAC, { error: `not a MAC address: ${MAC_EXPECTED}` })
  .transform((text) => text.toLowerCase().replaceAll('-', ':'))
  .refine((mac) => (Number.parseInt(mac.slice(0, 2), 16) & 1) === 0, {
    error: `a multicast MAC address: ${MAC_EXPECTED}`,
  })
  .refine((mac) => mac !== '00:00:00:00:00:00', {
    error: `not the MAC address of a network card: ${MAC_EXPECTED}`,
  });

/** An IPv6 address that others can reach, in its shortest form, without a prefix length. */
export const Address = z
  .string('not an IPv6 address: expected one such as fd02:9a01::1')
  .meta({ format: 'ipv6' })
  .transform((text, context) => {
    const address = canonicalAddress(text);
    if (address !== undefined) return address;
    context.addIssue(
      canonicalAddress4(text) === undefined
        ? `not an IPv6 address: expected one such as fd02:9a01::1${withoutLength(text, 'vrrp_prefix_length')}`
        : 'an IPv4 address: those go into vrrp_address4 and vrrp_vips4',
    );
    return z.NEVER;
  })
  .refine((address) => isRoutable(address), {
    error: 'not an address of a host: expected one such as fd02:9a01::1, not link-local',
  });

/** An IPv4 address that others can reach, without a prefix length. */
export const Address4 = z
  .string('not an IPv4 address: expected one such as 192.0.2.11')
  .refine((text) => canonicalAddress(text) === undefined, {
    error: 'an IPv6 address: those go into vrrp_address and vrrp_vips',
    abort: true,
  })
  .refine((text) => canonicalAddress4(text) !== undefined, {
    error: ({ input }) =>
      `not an IPv4 address: expected one such as 192.0.2.11${withoutLength(String(input), 'vrrp_prefix_length4')}`,
    abort: true,
  })
  .refine((address) => isRoutable(address), {
    error: 'not an address of a host: expected one such as 192.0.2.11, not link-local',
  })
  .meta({ format: 'ipv4' });

/** What to say of a prefix length, also of /32 and /128: that of the ring's network has a variable. */
function withoutLength(text: string, variable: string): string {
  const [length] = /\/\d+$/.exec(text) ?? [];
  return length === undefined ? '' : `, without ${length}: the prefix length goes into ${variable}`;
}

/** A network interface as Linux allows it, without the characters that keepalived reads as syntax. */
export const InterfaceName = z
  .string('not the name of an interface: expected text such as srvc0')
  .max(15, 'too long for the name of an interface: Linux allows 15 characters')
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, {
    error: 'not the name of an interface: expected letters, digits, . _ and -, such as srvc0',
  });

/** A folder on the node, as an absolute path without `..`; a slash at its end is taken away. */
export const FolderPath = z
  .string('not a folder: expected an absolute path such as /etc/kubernetes/manifests')
  .regex(/^(?!.*\/\.\.?(\/|$))(\/[A-Za-z0-9._-]+)+\/?$/, {
    error: 'not a folder: expected an absolute path such as /etc/kubernetes/manifests',
  })
  .overwrite((path) => path.replace(/\/$/, ''));

/** A Kubernetes namespace. A word that YAML reads as true, false or nothing is refused. */
export const Namespace = z
  .string('not a namespace: expected text such as fabric')
  .regex(/^(?!(y|n|yes|no|on|off|true|false|null)$)[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/, {
    error: 'not a namespace: expected lower-case letters, digits and -, such as fabric',
  });

/** A number of a range, said in one message whatever is wrong with it. */
export function wholeNumber(what: string, least: number, most: number) {
  const error = `not ${what}: expected a whole number from ${least} to ${most}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
}

/** Yes or no. YAML 1.1's other words for them come in as booleans already. */
export function yesOrNo(fallback: boolean) {
  return z.boolean('not yes or no: expected true or false').default(fallback);
}
