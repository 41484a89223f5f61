import type { Failure } from '#engine/model/failure.ts';
import { adviseAgreement, adviseChecks } from './advise-checks.ts';
import { defaultLadder } from './ladder.ts';
import { failuresFrom, type Node, originOf, type Problem } from './problem.ts';
import { ringsOf } from './ring.ts';

/** Between priorities that are nearer, the time that decides between two backups is under 50 ms. */
const NEAREST = 13;
/** Above it the fabric id needs its fourth hexadecimal digit, which no example of the scheme shows. */
const ATTESTED_FABRIC_ID = 4095;

/** Variables that only the default profile looks at. */
const DEFAULT_ONLY = [
  'vrrp_check_unicast_src',
  'vrrp_vip_preferred',
  'keepalived_checks',
  'keepalived_reload_check',
  'keepalived_garp_refresh',
  'keepalived_mount',
  'keepalived_privileged',
  'keepalived_localtime',
] as const;

/** What works, and yet is worth a second thought. */
export function advise(members: readonly Node[]): readonly Failure[] {
  const ofRings = ringsOf(members).flatMap((ring) => [
    ...adviseAgreement(ring),
    ...ring.flatMap((node) => [
      ...adviseAlone(node, ring, members),
      ...adviseLadder(node, ring),
      ...adviseAddress(node),
      ...(node.vars.keepalived_profile === 'default' ? adviseChecks(node) : adviseGuide(node)),
    ]),
  ]);
  return failuresFrom(ofRings);
}

function adviseAlone(
  node: Node,
  ring: readonly Node[],
  members: readonly Node[],
): readonly Problem[] {
  if (ring.length > 1 || members.length === 1) return [];
  return [
    {
      what: `${node.host.name} shares no VIP with another node`,
      origin: originOf(node, 'vrrp_fabric_id'),
      fix: 'If it belongs to a ring, give it the same vrrp_fabric_id, vrrp_virt and vrrp_vips.',
    },
  ];
}

function adviseLadder(node: Node, ring: readonly Node[]): readonly Problem[] {
  const ladder = (node.vars.vrrp_ladder ?? defaultLadder(ring.length)).slice(0, ring.length);
  const origin = originOf(node, 'vrrp_ladder');
  const falling = ladder.toSorted((one, other) => other - one);
  const near = falling.some((priority, index) => priority - (falling[index + 1] ?? 0) < NEAREST);
  return [
    ...(falling[0] === ladder[0]
      ? []
      : [
          {
            what: 'The ladder does not begin with its highest priority',
            origin,
            fix: 'VIP 1 belongs to the first node only if the first step is the highest.',
          },
        ]),
    ...(near && ring.length > 2
      ? [
          {
            what: 'Priorities of the ladder are very near to each other',
            origin,
            fix: `Keep them ${NEAREST} apart: two backups can both take over for a moment.`,
          },
        ]
      : []),
  ];
}

function adviseAddress(node: Node): readonly Problem[] {
  const { vrrp_fabric_id: fabricId = 0, vrrp_vip_preferred: preferred } = node.vars;
  return [
    ...(fabricId > ATTESTED_FABRIC_ID
      ? [
          {
            what: `The fabric id is above ${ATTESTED_FABRIC_ID}`,
            origin: originOf(node, 'vrrp_fabric_id'),
            fix: 'Make sure that the other parts of the fabric write it as four digits, too.',
          },
        ]
      : []),
    ...(node.vars.vrrp_vips4 === undefined && node.vars.vrrp_address4 !== undefined
      ? [
          {
            what: 'vrrp_address4 has no effect without vrrp_vips4',
            origin: originOf(node, 'vrrp_address4'),
            fix: 'List the IPv4 VIPs in vrrp_vips4, or take it out.',
          },
        ]
      : []),
    ...(preferred
      ? [
          {
            what: 'The node will use a VIP as the source of its own connections',
            origin: originOf(node, 'vrrp_vip_preferred'),
            fix: 'Leave vrrp_vip_preferred out: etcd and kubelet expect the node’s own address.',
          },
        ]
      : []),
  ];
}

function adviseGuide(node: Node): readonly Problem[] {
  const ineffective = DEFAULT_ONLY.filter((name) => node.host.variables.has(name));
  return [
    {
      what: 'The guide’s own configuration takes an error for a healthy answer',
      origin: originOf(node, 'keepalived_profile'),
      fix: 'Leave keepalived_profile out to get it made safe; docs/guide.md lists the differences.',
    },
    ...ineffective.map((name) => ({
      what: `${name} has no effect with the guide’s profiles`,
      origin: originOf(node, name),
      fix: 'Take it out, or leave keepalived_profile out.',
    })),
  ];
}
