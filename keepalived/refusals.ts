import { Failure } from '#engine/model/failure.ts';
import { addressesOf, areRelated, type Conflict, conflictsOf, said } from './conflicts.ts';
import { foreignHolders, foreignRouters } from './foreigners.ts';
import { ringInstances } from './instances.ts';
import { vipsOf } from './node-address.ts';
import { isToRun, type NodeChange } from './node-change.ts';
import type { ConfiguredInstance } from './parse-config.ts';
import { ABSENT } from './reads/vip-sample.ts';

/** VIPs that are there before and after, and cannot be meanwhile. */
export function refuseOutage(
  conflicts: readonly Conflict[],
  ring: readonly NodeChange[],
): readonly Failure[] {
  const wanted = new Set(ring.flatMap((node) => node.wanted.flatMap(addressesOf)));
  const reasons = new Map(
    conflicts.flatMap(({ loaded, wanted: { name }, why }) =>
      addressesOf(loaded)
        .filter((vip) => wanted.has(vip))
        .map((vip): [string, string] => [vip, `${name}: ${why.join('; ')}`]),
    ),
  );
  return [...reasons].map(
    ([vip, why]) =>
      new Failure('A VIP would have to go away for a while', {
        kind: 'check',
        where: vip,
        ran: why,
        fix: 'Old and new would both hold it, so that it is taken off every node before it comes back. Run again with --allow-outage when nothing needs it for half a minute.',
      }),
  );
}

/**
 * Nodes that run on as they are, and that would no longer agree with those that are changed: --limit leaves
 * them out, or what is rolled back was before they came.
 */
export function refuseDisagreement(ring: readonly NodeChange[]): readonly Failure[] {
  const changed = ring.filter((node) => node.node.target && isToChange(node));
  const others = ring.filter(
    (one) => one.isRunning && (!one.node.target || (isToRun(one) && !isToChange(one))),
  );
  return others.flatMap((other) =>
    changed.flatMap((target) => {
      const why = [...new Set(disagreementsOf(other, target, ring))];
      if (why.length === 0) return [];
      return [
        new Failure(
          'A node that stays as it is would no longer agree with those that are changed',
          {
            kind: 'check',
            where: other.name,
            ran: `${other.name} beside ${target.name}: ${why.join('; ')}`,
            fix: other.node.target
              ? 'Roll back first what came later: npm run history -- INVENTORY lists it.'
              : 'Leave --limit out, so that the whole ring is changed.',
          },
        ),
      ];
    }),
  );
}

/** Rings that run and are to be one: who comes to a VIP is not known to those that hold it. */
export function refuseStrangers(ring: readonly NodeChange[]): readonly Failure[] {
  const running = ring.filter((one) => one.isRunning && isToRun(one));
  return running.flatMap((one) => {
    const vips = one.node.target ? newAmong(one, running).flatMap(addressesOf) : [];
    if (vips.length === 0) return [];
    return [
      new Failure('A node that runs would come to VIPs of others, which do not know it', {
        kind: 'check',
        where: one.name,
        ran: vips.join(', '),
        fix: 'Take one of the rings down first, with the inventory that it was made from: npm run remove -- INVENTORY --all',
      }),
    ];
  });
}

/** What a node is to have, has not yet, and others do that would not hear it. */
function newAmong(one: NodeChange, running: readonly NodeChange[]) {
  const others = running.filter((other) => other !== one).flatMap(({ loaded }) => loaded);
  return one.wanted.filter(
    (wanted) =>
      !one.loaded.some((own) => areRelated(own, wanted)) &&
      others.some(
        (loaded) => areRelated(loaded, wanted) && !loaded.peers.includes(wanted.source ?? ''),
      ),
  );
}

/** VIPs that somebody else answers for. What a node holds that was not looked at is not known. */
export function refuseForeignHolders(ring: readonly NodeChange[]): readonly Failure[] {
  const looks = ring.flatMap(({ name, node, look }) =>
    look === undefined ? [] : [{ name, seen: look, asked: vipsOf(node.vars, ring.length) }],
  );
  if (looks.length < ring.length) return [];
  return foreignHolders(looks).map(
    ({ vip, text }) =>
      new Failure('A VIP is held by somebody who is not of the ring', {
        where: vip,
        ran: `answered for by ${text}`,
        fix: 'Take the address off that machine, or give the ring another one in vrrp_vips or vrrp_vips4.',
      }),
  );
}

/** Router ids that somebody else uses, heard where the ring comes to a node for the first time. */
export function refuseForeignRouters(ring: readonly NodeChange[]): readonly Failure[] {
  const listeners = ring.flatMap(({ name, look, heard }) =>
    look === undefined
      ? []
      : [{ name, heard, addresses: look.addresses.map(({ address }) => address) }],
  );
  if (listeners.length < ring.length) return [];
  const instances = ring.flatMap(({ node }) => ringInstances(node, node.members));
  return foreignRouters(listeners, instances).map(
    ({ routerId, text }) =>
      new Failure('A router id of the ring is used by somebody who is not of it', {
        where: `VRID ${routerId}`,
        ran: text,
        fix: 'Give the ring others in vrrp_router_ids, or that router another one.',
      }),
  );
}

/** Health checks that fail for good, seen in the pod that runs and is to go on running. */
export function refuseAbsentPrograms(ring: readonly NodeChange[]): readonly Failure[] {
  return ring.flatMap(({ name, node, look, to }) => {
    const statuses = Object.entries(look?.statuses ?? {});
    const absent = statuses.flatMap(([check, status]) => (status === ABSENT ? [check] : []));
    if (absent.length === 0 || to.isOtherPod || !node.target) return [];
    return noPrograms(absent).at(name);
  });
}

/** Why checks, by name, would fail for good. */
export function noPrograms(checks: readonly string[]): Failure {
  return new Failure('The program of a check is not in the image', {
    ran: checks.join(', '),
    fix: 'Put the program into the image, or name one in keepalived_checks that is there, by its path.',
  });
}

function isToChange({ loaded, wanted }: NodeChange): boolean {
  return JSON.stringify(loaded) !== JSON.stringify(wanted);
}

function disagreementsOf(
  other: NodeChange,
  target: NodeChange,
  ring: readonly NodeChange[],
): readonly string[] {
  const conflicts = conflictsOf(other, target, ring).flatMap(({ wanted, why }) =>
    why.map((reason) => `${wanted.name}: ${reason}`),
  );
  const pairs = other.loaded.flatMap((loaded) =>
    target.wanted
      .filter((wanted) => areRelated(loaded, wanted))
      .flatMap((wanted) =>
        [
          ...said('advert interval', loaded.advertInterval, wanted.advertInterval),
          ...strangers(loaded, wanted, { other: other.name, target: target.name }),
        ].map((reason) => `${wanted.name}: ${reason}`),
      ),
  );
  return [...conflicts, ...pairs];
}

/** Each must know the other as a peer, or takes its adverts for a stranger's. */
function strangers(
  loaded: ConfiguredInstance,
  wanted: ConfiguredInstance,
  names: { readonly other: string; readonly target: string },
): readonly string[] {
  const { other, target } = names;
  return [
    ...(wanted.source === undefined || loaded.peers.includes(wanted.source)
      ? []
      : [`${other} does not know ${target} as a peer`]),
    ...(loaded.source === undefined || wanted.peers.includes(loaded.source)
      ? []
      : [`${target} would not know ${other} as a peer`]),
  ];
}
