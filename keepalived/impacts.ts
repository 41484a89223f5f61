import type { Impact, Phase } from '#engine/model/rollout.ts';
import type { CourseStep, Moment } from './course.ts';
import { impactOf, joined, type VipMove } from './impact-words.ts';

/** What the change of each node will do to what runs, by the course that it takes. */
export function impactsOf(
  course: readonly CourseStep[],
  last: Phase | undefined,
): ReadonlyMap<string, Impact> {
  const steps = Map.groupBy(course, ({ change }) => change.name);
  return new Map(
    [...steps].map(([name, all]) => {
      const changes = all.filter(({ happening }) => happening !== 'nothing');
      const told = changes.length > 0 ? changes : all.slice(0, 1);
      return [name, joined(told.map((step) => impactIn(step, last)))];
    }),
  );
}

function impactIn(step: CourseStep, last: Phase | undefined): Impact {
  const { change, phase, happening } = step;
  const { name, to } = change;
  const isLast = phase === last;
  return impactOf(name, { happening, drained: to.drained, isLast, vips: movesOf(step) });
}

function movesOf({ change, before, away, after }: CourseStep): readonly VipMove[] {
  return [...new Set([...before.holders.keys(), ...after.holders.keys()])].map((vip) => ({
    vip,
    before: before.holders.get(vip),
    meanwhile: away.holders.get(vip),
    after: after.holders.get(vip),
    isDropped: !hasPart(after, change.name, vip),
  }));
}

function hasPart({ running }: Moment, name: string, vip: string): boolean {
  return running.get(name)?.parts.some(({ instance }) => instance.vip === vip) === true;
}
