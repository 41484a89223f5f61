import { z } from 'zod';
import type { Member } from '#engine/model/playbook.ts';
import { API_CHECK, HealthCheck } from './checks.ts';
import { type FamilyVars, familiesOf } from './families.ts';
import {
  Address,
  Address4,
  FolderPath,
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
  error: 'not VIPs: expected a number such as 3, or a list of IPv6 addresses',
});

const checks = z
  .array(HealthCheck, 'not a list of checks: expected items with a name and a url or command')
  .refine((list) => new Set(list.map((check) => check.name)).size === list.length, {
    error: 'two checks have one name: expected a name of its own for each',
  });

const fields = z.strictObject({
  vrrp_mac: Mac.optional().describe(
    'The MAC of a card of the node, in quotes: the node’s address ends with it. Not that of the interface, which can be random.',
  ),
  vrrp_fabric_id: wholeNumber('a fabric id', 1, 65535)
    .optional()
    .describe('The number of the fabric: fd and its four hexadecimal digits begin each address.'),
  vrrp_virt: wholeNumber('a virt number', 0, 255)
    .optional()
    .describe('The number of the virtual network in the fabric; follows it in each address.'),
  vrrp_address: Address.optional().describe(
    'The node’s own IPv6 address, in place of the one that is made from fabric id, virt number and MAC.',
  ),
  vrrp_address4: Address4.optional().describe('The node’s own IPv4 address, on the interface.'),
  vrrp_interface: InterfaceName.default('srvc0').describe(
    'The network interface that has the node’s address, and gets the VIPs.',
  ),
  vrrp_vips: vips
    .optional()
    .describe(
      'How many IPv6 VIPs the ring has (prefix::1, ::2 …), or which ones. Left out: as many as it has nodes.',
    ),
  vrrp_vips4: z
    .array(Address4, 'not IPv4 VIPs: expected a list such as [192.0.2.101, 192.0.2.102]')
    .min(1, 'an empty list: expected IPv4 VIPs such as 192.0.2.101')
    .optional()
    .describe('The IPv4 VIPs. The first goes where the first of vrrp_vips goes, and so on.'),
  vrrp_prefix_length: wholeNumber('a prefix length', 8, 112)
    .default(64)
    .describe('The prefix length of the IPv6 network of the ring.'),
  vrrp_prefix_length4: wholeNumber('a prefix length', 8, 30)
    .default(24)
    .describe('The prefix length of the IPv4 network of the ring.'),
  vrrp_ladder: z
    .array(
      wholeNumber('a priority', 1, 254),
      'not a ladder: expected a list such as [200, 150, 50]',
    )
    .min(1, 'an empty ladder: expected a list such as [200, 150, 50]')
    .optional()
    .describe('The priorities of a VIP’s nodes, first to last. Left out: evenly from 200 to 50.'),
  vrrp_peer_order: hostNames
    .optional()
    .describe('The ring’s hosts in the order in which peers are listed.'),
  vrrp_router_ids: z
    .array(
      wholeNumber('a router id', 1, 255),
      'not router ids: expected a list such as [10, 20, 30]',
    )
    .min(1, 'an empty list of router ids: expected one such as [10, 20, 30]')
    .optional()
    .describe('The virtual router id of each VIP. No two on one network may share one.'),
  vrrp_check_unicast_src: yesOrNo(true).describe('Refuse adverts that no peer of the ring sent.'),
  vrrp_vip_preferred: yesOrNo(false).describe(
    'Whether the holder of an IPv6 VIP may use it as the source of its own connections.',
  ),
  keepalived_profile: z
    .enum(['default', 'guide', 'guide-template'], {
      error: 'not a profile: expected default, guide or guide-template',
    })
    .default('default')
    .describe('How the files are written: default, or as the guide has them (docs/guide.md).'),
  keepalived_checks: checks
    .default([API_CHECK])
    .describe('A node holds VIPs while all of these pass. Left out: the API server answers.'),
  keepalived_reload_check: yesOrNo(true).describe(
    'Let keepalived check a new configuration itself before it reloads.',
  ),
  keepalived_garp_refresh: wholeNumber('a number of seconds', 0, 3600)
    .default(10)
    .describe(
      'Seconds between repeated neighbour advertisements; 0 sends none after the first ten.',
    ),
  keepalived_gate_seconds: wholeNumber('a number of seconds', 5, 3600)
    .optional()
    .describe(
      'For how long a gate waits at most for the ring to be whole after a change; then the change is undone. Left out: 30 s, and the time in which the slowest check can fail and rise again.',
    ),
  keepalived_mount: z
    .enum(['directory', 'file'], { error: 'not a mount: expected directory or file' })
    .default('directory')
    .describe('What the pod mounts: /etc/keepalived, or the one file in it, as the guide does.'),
  keepalived_manifest_dir: FolderPath.default('/etc/kubernetes/manifests').describe(
    'The folder in which kubelet looks for static pods.',
  ),
  keepalived_namespace: Namespace.default('fabric').describe('The namespace of the static pod.'),
  keepalived_privileged: yesOrNo(true).describe(
    'Whether the pod is privileged; otherwise it has the three capabilities that it needs.',
  ),
  keepalived_localtime: yesOrNo(false).describe('Give the pod the time zone of the node.'),
  keepalived_notify: yesOrNo(false).describe(
    'Tell each change of a VIP’s state to the host’s syslog, and to files in /var/log/rota-notify.',
  ),
  keepalived_runtime: z
    .enum(['podman', 'crio', 'containerd'], {
      error: 'not a container runtime: expected podman, crio or containerd',
    })
    .optional()
    .describe('What runs the node’s pods. Left out: found on the node.'),
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
    'keepalived_notify',
    (vars) => vars['keepalived_notify'] !== true || vars['keepalived_mount'] !== 'file',
    'the pod does not see the script: expected keepalived_mount to be directory',
  ),
  needed(
    'vrrp_vips',
    (vars) => familiesOf(vars).length > 0,
    'no VIPs: expected a number such as 3, or addresses here or in vrrp_vips4',
  ),
);

export type KeepalivedVars = z.infer<typeof KeepalivedVars>;

/** A host that runs keepalived. */
export type Node = Member<KeepalivedVars>;

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
