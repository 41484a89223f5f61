import type { HostRun } from '#engine/host/host-run.ts';
import type { Course, Impact } from '#engine/model/course.ts';
import { Failure } from '#engine/model/failure.ts';

/**
 * The course of a ring of which tasks are left out (--tags, --start-at). What it says of a host is
 * said of all its tasks; and where nobody is on duty, no part of the tasks alone can pass a gate.
 */
export function withLeftOut(course: Course, hosts: readonly HostRun[]): Course {
  const names = hosts
    .filter(({ failure, tasks }) => failure === undefined && tasks.leaveOutChanges())
    .map(({ name }) => name);
  if (names.length === 0) return course;
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
