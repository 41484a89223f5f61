import type { HostRun } from '#engine/host/host-run.ts';
import { Failure } from '#engine/model/failure.ts';
import type { Member, Playbook, Rollout } from '#engine/model/playbook.ts';
import type { HostShare } from '#engine/model/rollout.ts';
import { listOf } from '#engine/model/suggest.ts';
import { hostsIn, type Ring } from './rings.ts';

/** The hosts of a ring that can be changed, those at once together; hosts in front come last, one at a time. */
export function batchesOf<V>(
  rollout: Rollout<V>,
  { targets, fronts }: Ring,
): readonly (readonly HostRun[])[] {
  const [inFront, behind] = [true, false].map((isFront) =>
    targets.filter((host) => fronts.includes(host) === isFront),
  ) as [HostRun[], HostRun[]];
  const atOnce = Math.max(1, hostsIn(shareIn(rollout) ?? { hosts: 1 }, behind.length));
  const first = canariesIn(behind.filter(isThere), rollout.canary);
  const rest = behind.filter((host) => isThere(host) && !first.includes(host));
  const count = Math.ceil(rest.length / atOnce);
  return [
    ...(first.length > 0 ? [first] : []),
    ...Array.from({ length: count }, (_, at) => rest.slice(at * atOnce, (at + 1) * atOnce)),
    ...inFront.filter(isThere).map((host) => [host]),
  ];
}

function isThere({ failure }: HostRun): boolean {
  return failure === undefined;
}

function canariesIn(
  hosts: readonly HostRun[],
  canary: Rollout<unknown>['canary'] = [],
): readonly HostRun[] {
  if (typeof canary !== 'number') return hosts.filter(({ name }) => canary.includes(name));
  return hosts.filter(({ tasks }) => tasks.hasChangesFrom(1)).slice(0, canary);
}

/** Throws the Failure of a rollout that cannot be made so. */
export function checkRollout<V>(playbook: Playbook<V>, members: readonly Member<V>[]): void {
  const { name: where, rollout } = playbook;
  if (rollout === undefined) return;
  const { serial, canary = 1, rings } = rollout;
  if (shareIn(rollout) === undefined)
    throw new Failure('The serial of a rollout is neither a number of hosts nor a share of them', {
      where,
      ran: `serial: ${serial}`,
      fix: "Give a whole number from 1, or a share such as '25%'.",
    });
  const names = members.map(({ host }) => host.name);
  const unknown = typeof canary === 'number' ? [] : canary.filter((name) => !names.includes(name));
  if (unknown.length > 0 || (typeof canary === 'number' && !isCount(canary)))
    throw new Failure('The canary of a rollout is neither a number of its hosts nor their names', {
      where,
      ran: `canary: ${unknown.length > 0 ? unknown.join(', ') : canary}`,
      fix: 'Give a whole number from 1, or names of hosts of the playbook.',
    });
  if (rings === undefined) return;
  if (serial !== 1 || rollout.canary !== undefined || rollout.isInFront !== undefined)
    throw new Failure('The hosts of a ring are changed one at a time', {
      where,
      ran: `serial: ${serial}`,
      fix: 'Set serial to 1, and have no canary and no hosts in front, or leave rings out.',
    });
  checkRings(where, names, rings(members).flat());
}

/** What is in no ring would neither be looked at nor changed. */
function checkRings(where: string, names: readonly string[], inRings: readonly string[]): void {
  const counts = Map.groupBy(inRings, (name) => name);
  const wrong = names.filter((name) => counts.get(name)?.length !== 1);
  if (wrong.length > 0)
    throw new Failure('Each host of a playbook is in one ring of its rollout', {
      where,
      ran: `in none, or in more than one: ${listOf(wrong, 10)}`,
      fix: 'Have rings give every host once: one that shares nothing is a ring of its own.',
    });
}

function shareIn({ serial }: Pick<Rollout<unknown>, 'serial'>): HostShare | undefined {
  const [, share] = /^(\d+(?:\.\d+)?)%$/.exec(String(serial)) ?? [];
  const number = Number(share ?? serial);
  if (share !== undefined) return number > 0 ? { percent: number } : undefined;
  return isCount(number) ? { hosts: number } : undefined;
}

function isCount(number: number): boolean {
  return Number.isInteger(number) && number > 0;
}
