import type { Meanwhile } from '#engine/model/rollout.ts';
import { addressesOf } from './conflicts.ts';
import { type CourseStep, type Moment, momentAfter, momentBefore } from './course.ts';
import type { NodeChange } from './node-change.ts';
import type { ConfiguredInstance } from './parse-config.ts';

/**
 * Priorities that let each VIP go straight from who holds it to who is to, by node: what all nodes have
 * before any of them has its own. Until its new holder is there, its old one keeps it, since nobody else
 * has more; and the new one has, from then on, more than all others, in whatever order they follow. A
 * VIP that is new is known to its holder alone, so that nobody else begins with it.
 */
export function handoverOf(ring: readonly NodeChange[]): ReadonlyMap<string, Meanwhile> {
  const before = momentBefore(ring);
  const after = momentAfter(ring, before);
  return new Map(
    ring.map(({ name, wanted }) => {
      const parts = wanted.map((part): [string, number] => [
        part.name,
        strengthOf(part, { name, before, after }),
      ]);
      const others = parts.filter(([, strength], index) => strength !== wanted[index]?.priority);
      const isNone = others.length === wanted.length && others.every(([, own]) => own === 0);
      return [name, new Map(isNone ? [] : others)];
    }),
  );
}

interface Place {
  readonly name: string;
  readonly before: Moment;
  readonly after: Moment;
}

function strengthOf(part: ConfiguredInstance, { name, before, after }: Place): number {
  const { priority } = part;
  const [vip = ''] = addressesOf(part);
  const [old, next] = [before, after].map(({ holders }) => holders.get(vip));
  if (next === undefined) return priority;
  if (!before.holders.has(vip)) return name === next ? priority : 0;
  const ceiling = priorityIn(before, old, vip);
  if (ceiling === undefined) return priority;
  if (name === next) return Math.max(ceiling, priority);
  return name === old ? ceiling : Math.min(priority, ceiling);
}

function priorityIn({ running }: Moment, name: string | undefined, vip: string) {
  const parts = running.get(name ?? '')?.parts;
  return parts?.find(({ instance }) => instance.vip === vip)?.instance.priority;
}

/** How many moves of VIPs a course has beyond those that bring each from its first holder to its last. */
export function detoursIn(course: readonly CourseStep[]): number {
  const vips = new Set(
    course.flatMap(({ before, after }) => [...before.holders.keys(), ...after.holders.keys()]),
  );
  return [...vips].reduce((count, vip) => count + detoursOf(vip, course), 0);
}

function detoursOf(vip: string, course: readonly CourseStep[]): number {
  const moments = course.flatMap(({ happening, before, away, after }) =>
    happening === 'recreated' ? [before, away, after] : [before, after],
  );
  const holders = moments.map((moment) => moment.holders.get(vip));
  const moves = holders.filter(
    (holder, index) => index > 0 && holder !== holders[index - 1],
  ).length;
  return moves - (holders[0] === holders.at(-1) ? 0 : 1);
}
