import { chosen, isPartial } from '#engine/model/choice.ts';
import type { Course, Impact } from '#engine/model/course.ts';
import { Failure } from '#engine/model/failure.ts';
import type { HostRun } from './host-run.ts';
import { planStage } from './plan-stage.ts';

/** Whether tasks of a host are left out (--tags, --start-at) that would change something now. */
export function leavesOutChanges({ input, answers, failure }: HostRun): boolean {
  if (failure !== undefined || !isPartial(input.choice)) return false;
  const stages = input.stagesFor(answers);
  const done = chosen(stages, input.choice).flat();
  const titles = new Set(done.map(({ title }) => title));
  return stages
    .flatMap((tasks) => planStage(tasks, answers))
    .some(({ title, fields }) => fields.length > 0 && !titles.has(title));
}

/**
 * The course of a ring of which tasks are left out. What it says of a host is said of all its tasks;
 * and where nobody is on duty, no part of the tasks alone can pass a gate.
 */
export function withLeftOut(course: Course, hosts: readonly HostRun[]): Course {
  const partly = hosts.filter(leavesOutChanges);
  if (partly.length === 0) return course;
  const names = partly.map(({ name }) => name);
  const impacts = [...course.impacts].map(
    ([name, impact]) => [name, names.includes(name) ? asWhole(impact) : impact] as const,
  );
  const refusals = course.isEmpty ? [...course.refusals, nothingToKeep(names)] : course.refusals;
  return { ...course, impacts: new Map(impacts), refusals };
}

function asWhole(impact: Impact): Impact {
  return { ...impact, text: `${impact.text}, if what is left out were done, too` };
}

function nothingToKeep(names: readonly string[]): Failure {
  return new Failure('A ring on which nothing runs yet cannot be changed in part', {
    where: names.join(', '),
    fix: 'Leave --tags, --skip-tags and --start-at out: what is done then is gated and verified as a whole.',
  });
}
