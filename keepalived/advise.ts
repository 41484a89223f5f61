import type { Failure } from '#engine/model/failure.ts';
import { adviseAgreement, adviseChecks } from './advise-checks.ts';
import { defaultLadder } from './ladder.ts';
import { failuresFrom, originOf, type Problem } from './problem.ts';
import { ringsOf } from './ring.ts';
import type { KeepalivedVars, Node } from './vars.ts';

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
  'keepalived_notify',
] as const;

/** What works, and yet is worth a second thought. */
export function advise(members: readonly Node[]): readonly Failure[] {
  const ofRings = ringsOf(members).flatMap((ring) => [
    ...adviseAgreement(ring),
    ...ring.flatMap((node) => [
      ...RULES.filter(({ applies }) => applies(node, ring, members)).map((rule) => ({
        what: rule.what.replace('NODE', () => node.host.name),
        origin: originOf(node, rule.name),
        fix: rule.fix,
      })),
      ...(node.vars.keepalived_profile === 'default' ? adviseChecks(node) : ineffective(node)),
    ]),
  ]);
  return failuresFrom(ofRings);
}

const RULES: readonly {
  readonly name: keyof KeepalivedVars;
  readonly applies: (node: Node, ring: readonly Node[], members: readonly Node[]) => boolean;
  readonly what: string;
  readonly fix: string;
}[] = [
  {
    name: 'vrrp_fabric_id',
    applies: (_, ring, members) => ring.length === 1 && members.length > 1,
    what: 'NODE shares no VIP with another node',
    fix: 'If it belongs to a ring, give it the same vrrp_fabric_id, vrrp_virt and vrrp_vips.',
  },
  {
    name: 'vrrp_ladder',
    applies: (node, ring) => ladderOf(node, ring)[0] !== Math.max(...ladderOf(node, ring)),
    what: 'The ladder does not begin with its highest priority',
    fix: 'VIP 1 belongs to the first node only if the first step is the highest.',
  },
  {
    name: 'vrrp_ladder',
    applies: (node, ring) => ring.length > 2 && hasNearSteps(ladderOf(node, ring)),
    what: 'Priorities of the ladder are very near to each other',
    fix: `Keep them ${NEAREST} apart: two backups can both take over for a moment.`,
  },
  {
    name: 'vrrp_fabric_id',
    applies: ({ vars }) => (vars.vrrp_fabric_id ?? 0) > ATTESTED_FABRIC_ID,
    what: `The fabric id is above ${ATTESTED_FABRIC_ID}`,
    fix: 'Make sure that the other parts of the fabric write it as four digits, too.',
  },
  {
    name: 'vrrp_address4',
    applies: ({ vars }) => vars.vrrp_vips4 === undefined && vars.vrrp_address4 !== undefined,
    what: 'vrrp_address4 has no effect without vrrp_vips4',
    fix: 'List the IPv4 VIPs in vrrp_vips4, or take it out.',
  },
  {
    name: 'vrrp_vip_preferred',
    applies: ({ vars }) => vars.vrrp_vip_preferred,
    what: 'The node will use a VIP as the source of its own connections',
    fix: 'Leave vrrp_vip_preferred out: etcd and kubelet expect the node’s own address.',
  },
  {
    name: 'keepalived_profile',
    applies: ({ vars }) => vars.keepalived_profile !== 'default',
    what: 'The guide’s own configuration takes an error for a healthy answer',
    fix: 'Leave keepalived_profile out to get it made safe; docs/guide.md lists the differences.',
  },
];

function ladderOf({ vars }: Node, ring: readonly Node[]): readonly number[] {
  return (vars.vrrp_ladder ?? defaultLadder(ring.length)).slice(0, ring.length);
}

function hasNearSteps(ladder: readonly number[]): boolean {
  const falling = ladder.toSorted((one, other) => other - one);
  return falling.some((priority, index) => priority - (falling[index + 1] ?? 0) < NEAREST);
}

function ineffective(node: Node): readonly Problem[] {
  return DEFAULT_ONLY.filter((name) => node.host.variables.has(name)).map((name) => ({
    what: `${name} has no effect with the guide’s profiles`,
    origin: originOf(node, name),
    fix: 'Take it out, or leave keepalived_profile out.',
  }));
}
