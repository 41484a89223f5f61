import type { Failure, FailureKind } from '#engine/model/failure.ts';
import type { RunEvent } from '#engine/run/events.ts';
import type { Course, DeskEvent } from './desk.ts';
import type { Breach } from './promises.ts';

type ToldEvent = RunEvent | DeskEvent;

/** What a run said, of one kind, in order. As JSON has it: failures are plain data. */
export function eventsIn<T extends ToldEvent['type']>({ lines }: Course, type: T) {
  const events = lines.map(({ text }) => JSON.parse(text) as ToldEvent);
  return events.filter((event): event is Extract<ToldEvent, { type: T }> => event.type === type);
}

/** The titles of all tasks that a run knew of, in their order. */
export function titlesIn(course: Course): readonly string[] {
  const plans = eventsIn(course, 'hostPlanned').flatMap(({ stages }) => stages.flat());
  return [...new Set(plans.map(({ title }) => title))];
}

/** What failed in a run; of one kind, where that is given. One that did not end well has failed. */
export function failedIn({ status, lines }: Course, kind?: FailureKind): readonly Breach[] {
  const failed = lines
    .map(({ text }) => JSON.parse(text) as FailedEvent)
    .filter((event): event is Required<FailedEvent> => event.failure !== undefined)
    .filter(({ failure }) => kind === undefined || failure.kind === kind);
  if (failed.length === 0 && status !== 0 && kind === undefined)
    return [{ host: 'all hosts', what: `the run ended with exit code ${status}`, tasks: [] }];
  return failed.map(({ host, task, failure: { what, output, ran } }) => ({
    host: host ?? 'all hosts',
    what: [what, ran, output?.trim()].filter(Boolean).join(': ').replaceAll('\n', '; '),
    tasks: task === undefined ? [] : [task],
  }));
}

interface FailedEvent {
  readonly host?: string;
  readonly task?: string;
  readonly failure?: Pick<Failure, 'kind' | 'ran' | 'output'> & { readonly what: string };
}

/** The paths that each task is about, by what it asks and writes; those of another run added. */
export class TaskPaths {
  readonly #told: readonly Extract<DeskEvent, { type: 'taskPaths' }>[];

  constructor(courses: readonly Course[]) {
    this.#told = courses.flatMap((course) => eventsIn(course, 'taskPaths'));
  }

  /** Those that are about a path, or about what is the nearest above it, or below. */
  tasksAt(host: string, path: string): readonly string[] {
    const own = this.#told.filter((one) => one.host === host);
    const nearest = Math.max(
      ...own.flatMap(({ paths }) => paths.map((other) => nearness(path, other))),
    );
    if (!(nearest > 0)) return [];
    const fits = own.filter(({ paths }) =>
      paths.some((other) => nearness(path, other) === nearest),
    );
    return [...new Set(fits.map(({ task }) => task))];
  }

  /** Those that do something with a secret. */
  secretTasks(host: string): readonly string[] {
    const own = this.#told.filter((one) => one.host === host && one.isSecret);
    return [...new Set(own.map(({ task }) => task))];
  }

  /** Whether a task with a secret is about this very path. */
  isMeant(host: string, path: string): boolean {
    return this.#told.some((one) => one.host === host && one.isSecret && one.paths.includes(path));
  }
}

/** How long what two paths share is, where one is the other or below it; 0 else. */
function nearness(path: string, other: string): number {
  if (path === other) return path.length;
  if (path.startsWith(`${other}/`)) return other.length;
  return other.startsWith(`${path}/`) ? path.length : 0;
}
