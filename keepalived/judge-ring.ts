import type { Finding } from '#engine/model/check.ts';
import { Failure } from '#engine/model/failure.ts';
import type { Member } from '#engine/model/playbook.ts';
import { expectedHolders } from './expected-holders.ts';
import { judgeVip } from './judge-vip.ts';
import { ownAddresses } from './node-address.ts';
import type { VipSample } from './reads/vip-sample.ts';
import type { KeepalivedVars } from './vars.ts';

/** One look at one node, or why there is none. */
export interface NodeLook {
  readonly member: Member<KeepalivedVars>;
  readonly seen: VipSample | Failure;
  readonly mustRun: boolean;
}

/** A look that succeeded. */
export interface SeenNode {
  readonly name: string;
  readonly member: Member<KeepalivedVars>;
  readonly seen: VipSample;
}

/** A keepalived that started less than this many seconds ago may be one that restarts for ever. */
const SETTLED_SECONDS = 3;

/** All that is wrong in a ring, judged on one look at all of its nodes; nothing when it is whole. */
export function judgeRing(looks: readonly NodeLook[]): readonly Finding[] {
  const seen = looks.flatMap(({ member, seen: look }) =>
    look instanceof Failure ? [] : [{ name: member.host.name, member, seen: look }],
  );
  const able = new Set(seen.filter(isAble).map(({ name }) => name));
  const members = looks.map(({ member }) => member);
  return [
    ...looks.flatMap(judgeNode),
    ...expectedHolders(members, able).flatMap((expected) => judgeVip(expected, seen)),
  ];
}

/** Its pod runs, its checks pass, and it has its own addresses to send from. */
function isAble({ member, seen }: SeenNode): boolean {
  const usable = seen.addresses.filter((held) => held.usable).map(({ address }) => address);
  const own = ownAddresses(member.vars).every((address) => usable.includes(address));
  return seen.running > 0 && own && Object.values(seen.checks).every(Boolean);
}

function judgeNode({ member, seen, mustRun }: NodeLook): readonly Finding[] {
  const what = `keepalived on ${member.host.name}`;
  if (seen instanceof Failure) {
    return [{ what, expected: 'an answer', seen: seen.message.toLowerCase() }];
  }
  if (seen.running > 1) {
    return [{ what, expected: 'to run once', seen: `running ${seen.running} times` }];
  }
  if (!mustRun) return [];
  if (seen.running === 0) return [{ what, expected: 'to run', seen: 'not running' }];
  return [
    ...judgeInterface(member, seen),
    ...(seen.uptime >= SETTLED_SECONDS
      ? []
      : [{ what, expected: 'to keep running', seen: `started ${seen.uptime.toFixed(1)} s ago` }]),
    ...Object.entries(seen.checks)
      .filter(([, passes]) => !passes)
      .map(([name]) => ({
        what: `${name} on ${member.host.name}`,
        expected: 'to pass',
        seen: 'failing',
      })),
  ];
}

function judgeInterface(
  { vars, host }: Member<KeepalivedVars>,
  seen: VipSample,
): readonly Finding[] {
  const name = vars.vrrp_interface;
  if (seen.mac === '') {
    return [{ what: `interface ${name} of ${host.name}`, expected: 'to be there', seen: 'absent' }];
  }
  return ownAddresses(vars).flatMap((address) => {
    const what = `${address} of ${host.name}`;
    const own = seen.addresses.find((held) => held.address === address);
    if (own === undefined) return [{ what, expected: `on ${name}`, seen: 'absent' }];
    if (own.interface !== name)
      return [{ what, expected: `on ${name}`, seen: `on ${own.interface}` }];
    return own.usable ? [] : [{ what, expected: 'usable', seen: 'tentative' }];
  });
}
