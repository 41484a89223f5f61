import { z } from 'zod';
import { canonicalAddress4 } from './address.ts';
import { API_CHECK, HealthCheck } from './checks.ts';
import { type FamilyVars, familiesOf } from './families.ts';
import {
  Address,
  Address4,
  Folder,
  InterfaceName,
  Mac,
  Namespace,
  wholeNumber,
  yesOrNo,
} from './fields.ts';
import { imageFields } from './image-fields.ts';

/** Prefixes under which a variable that the schema does not know is a typo. */
export const PREFIXES = ['vrrp_', 'keepalived_', 'image_'] as const;

const hostNames = z
  .array(z.string('not the name of a host: expected text'), 'not a list of host names')
  .min(1, 'an empty list: expected the names of the ring’s hosts');

const vips = z.union([wholeNumber('a number of VIPs', 1, 255), z.array(Address)], {
  error: ({ input }) =>
    Array.isArray(input) && input.some((item) => canonicalAddress4(`${item}`) !== undefined)
      ? 'not IPv6 addresses: those of IPv4 go into vrrp_vips4'
      : 'not VIPs: expected a number such as 3, or a list of IPv6 addresses',
});

const checks = z
  .array(HealthCheck, 'not a list of checks: expected items with a name and a url or command')
  .refine((list) => new Set(list.map((check) => check.name)).size === list.length, {
    error: 'two checks have one name: expected a name of its own for each',
  });

const fields = z.strictObject({
  /** Of a card of the node that the inventory knows, not of the interface, whose MAC can be random. */
  vrrp_mac: Mac.optional(),
  vrrp_fabric_id: wholeNumber('a fabric id', 1, 65535).optional(),
  vrrp_virt: wholeNumber('a virt number', 0, 255).optional(),
  /** In place of the address that is derived from the three above. */
  vrrp_address: Address.optional(),
  /** Cannot be derived. */
  vrrp_address4: Address4.optional(),
  vrrp_interface: InterfaceName.default('srvc0'),
  /** How many VIPs, or which ones. As many as the ring has nodes, when left out: see vipsOf. */
  vrrp_vips: vips.optional(),
  /** The i-th belongs to the nodes that the i-th of vrrp_vips belongs to, in the same order. */
  vrrp_vips4: z
    .array(Address4, 'not IPv4 VIPs: expected a list such as [192.0.2.101, 192.0.2.102]')
    .min(1, 'an empty list: expected IPv4 VIPs such as 192.0.2.101')
    .optional(),
  vrrp_prefix_length: wholeNumber('a prefix length', 8, 112).default(64),
  vrrp_prefix_length4: wholeNumber('a prefix length', 8, 30).default(24),
  vrrp_ladder: z
    .array(
      wholeNumber('a priority', 1, 254),
      'not a ladder: expected a list such as [200, 150, 50]',
    )
    .min(1, 'an empty ladder: expected a list such as [200, 150, 50]')
    .optional(),
  vrrp_peer_order: hostNames.optional(),
  vrrp_router_ids: z
    .array(
      wholeNumber('a router id', 1, 255),
      'not router ids: expected a list such as [10, 20, 30]',
    )
    .min(1, 'an empty list of router ids: expected one such as [10, 20, 30]')
    .optional(),
  vrrp_check_unicast_src: yesOrNo(true),
  vrrp_vip_preferred: yesOrNo(false),
  keepalived_profile: z
    .enum(['default', 'guide', 'guide-template'], {
      error: 'not a profile: expected default, guide or guide-template',
    })
    .default('default'),
  keepalived_checks: checks.default([API_CHECK]),
  keepalived_reload_check: yesOrNo(true),
  /** Seconds between repeated neighbour advertisements; 0 sends none after the first ten. */
  keepalived_garp_refresh: wholeNumber('a number of seconds', 0, 3600).default(10),
  keepalived_mount: z
    .enum(['directory', 'file'], { error: 'not a mount: expected directory or file' })
    .default('directory'),
  keepalived_manifest_dir: Folder.default('/etc/kubernetes/manifests'),
  keepalived_namespace: Namespace.default('fabric'),
  keepalived_privileged: yesOrNo(true),
  keepalived_localtime: yesOrNo(false),
  /** What runs the node's pods; found on the node when left out. */
  keepalived_runtime: z
    .enum(['podman', 'crio', 'containerd'], {
      error: 'not a container runtime: expected podman, crio or containerd',
    })
    .optional(),
  ...imageFields,
});

const derived = ['vrrp_mac', 'vrrp_fabric_id', 'vrrp_virt'] as const;

/** The variables of a node, all flat: Ansible replaces dictionaries, it does not merge them. */
export const KeepalivedVars = fields.check(
  ...derived.map((name) =>
    needed(
      name,
      (vars) =>
        !familiesOf(vars).includes(6) ||
        vars['vrrp_address'] !== undefined ||
        vars[name] !== undefined,
      `missing ${name}: the address of a node is made from ${derived.join(', ')}, or set vrrp_address`,
    ),
  ),
  needed(
    'vrrp_address4',
    (vars) => !Array.isArray(vars['vrrp_vips4']) || vars['vrrp_address4'] !== undefined,
    'missing vrrp_address4: a node with IPv4 VIPs needs an IPv4 address of its own',
  ),
  needed(
    'vrrp_vips',
    (vars) => familiesOf(vars).length > 0,
    'no VIPs: expected a number such as 3, or addresses here or in vrrp_vips4',
  ),
);

export type KeepalivedVars = z.infer<typeof KeepalivedVars>;

/** A rule over several variables, also beside errors in others, so that all are said at once. */
function needed(
  name: string,
  rule: (vars: FamilyVars & Readonly<Record<string, unknown>>) => boolean,
  error: string,
) {
  return z.refine<z.infer<typeof fields>>((vars) => rule(vars), {
    error,
    path: [name],
    when: ({ value }) => typeof value === 'object' && value !== null,
  });
}
