import type { Failure } from '#engine/model/failure.ts';
import { differs, type StagePlan } from '#engine/model/task.ts';
import type { HostEvent } from './events.ts';

/** What a host has come to, by what happened on it; the host alone changes it. */
export class HostState {
  /** Why the host is out of the run. */
  failure: Failure | undefined;
  failed = 0;
  /** The tasks that were changed, in that order, and not taken back. */
  readonly changed: string[] = [];
  /** How many of them, the first ones, an undo leaves as they are. */
  kept = 0;
  /** The others. */
  readonly tasks = new Map<string, 'ok' | 'pending'>();
  /** That a command has begun which the host must be able to undo. */
  isBegun = false;
  /** What was planned when it was last looked at; undefined when nothing was. */
  planned: readonly StagePlan[] | undefined;

  /** `armed`: the host undoes what begins now, unless it is kept. */
  see(event: HostEvent, armed: boolean): void {
    if (event.type === 'hostPlanned') this.#plan(event.stages);
    if (event.type === 'taskUpset') this.tasks.set(event.task, 'pending');
    if (event.type === 'taskOk') this.tasks.set(event.task, 'ok');
    if (event.type === 'taskStarted') this.isBegun ||= armed;
    if (event.type === 'taskChanged' || event.type === 'taskFailed') this.tasks.delete(event.task);
    if (event.type === 'taskChanged') this.changed.push(event.task);
    if (event.type === 'taskFailed' || event.type === 'hostFailed') this.failed += 1;
    if ('failure' in event) this.failure ??= event.failure;
    if (event.type === 'undone') {
      for (const task of this.changed.splice(this.kept)) this.tasks.set(task, 'pending');
    }
  }

  /** What was changed is to stay, whatever comes after it. */
  keep(): void {
    this.kept = this.changed.length;
    this.isBegun = false;
  }

  #plan(stages: readonly StagePlan[]): void {
    this.planned = stages;
    this.tasks.clear();
    for (const one of stages.flat()) this.tasks.set(one.title, differs(one) ? 'pending' : 'ok');
  }
}
