import { Failure } from '#engine/model/failure.ts';
import type { Member, Playbook } from '#engine/model/playbook.ts';

/** Hosts that stay together, or all of a slice, by their names. */
export type SliceHosts = readonly string[];

/** Which of how many slices; the first is 1. */
export interface SliceNumber {
  readonly index: number;
  readonly count: number;
}

/**
 * The hosts of a playbook that may be changed, in groups that no cut goes through: rings; all, where a
 * rollout or a script orders them; else each alone.
 */
export function wholesOf<V>(
  { rollout, script }: Playbook<V>,
  members: readonly Member<V>[],
  targets: ReadonlySet<string>,
): readonly SliceHosts[] {
  const all = members.map(({ host }) => host.name);
  const isOrdered = script !== undefined || (rollout !== undefined && rollout.rings === undefined);
  const wholes = isOrdered ? [all] : (rollout?.rings?.(members) ?? all.map((name) => [name]));
  return wholes
    .map((names) => names.filter((name) => targets.has(name)))
    .filter((names) => names.length > 0);
}

/** How many slices it takes for none to have more hosts than `size`, those of one large ring aside. */
export function countFor(wholes: readonly SliceHosts[], size: number): number {
  return cut(wholes, size, 0).length;
}

/**
 * As many slices as `count` says, or as there are groups, in their order, none empty, and the largest of
 * them as small as can be.
 */
export function slicesOf(wholes: readonly SliceHosts[], count: number): readonly SliceHosts[] {
  const most = Math.min(count, wholes.length);
  let [low, high] = [1, wholes.flat().length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (cut(wholes, middle, 0).length <= most) high = middle;
    else low = middle + 1;
  }
  return cut(wholes, low, most);
}

interface Taken {
  readonly names: SliceHosts;
  readonly warnings: readonly Failure[];
}

/** The hosts of one of them; none, with a warning, where there are fewer. */
export function takeSlice({ index, count }: SliceNumber, wholes: readonly SliceHosts[]): Taken {
  const slices = slicesOf(wholes, count);
  const names = slices[index - 1];
  if (names !== undefined) return { names, warnings: [] };
  const warning = new Failure('The slice has no host, and nothing is done', {
    where: `--slice ${index}/${count}`,
    fix: `There are ${slices.length} of them: what stays together is not cut. Cut the hosts again: rota slices INVENTORY`,
  });
  return { names: [], warnings: [warning] };
}

/** Slices of at most `size` hosts, if a group has no more, and at least as many of them as `least`. */
function cut(wholes: readonly SliceHosts[], size: number, least: number): readonly SliceHosts[] {
  const slices: string[][] = [];
  for (const [index, names] of wholes.entries()) {
    const last = slices.at(-1);
    // Each group from here on is then needed for a slice of its own.
    const isNeeded = slices.length + wholes.length - index <= least;
    if (last === undefined || isNeeded || last.length + names.length > size)
      slices.push([...names]);
    else last.push(...names);
  }
  return slices;
}
