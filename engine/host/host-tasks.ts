import { Answers } from '#engine/model/answers.ts';
import { type Choice, chosen, isPartial } from '#engine/model/choice.ts';
import { bootIn } from '#engine/model/command.ts';
import type { Read } from '#engine/model/read.ts';
import type { Meanwhile } from '#engine/model/rollout.ts';
import { becomeSame } from '#engine/model/state.ts';
import { differs, type StagePlan, type Task } from '#engine/model/task.ts';
import { planStage } from './plan-stage.ts';

type TaskStages = readonly (readonly Task[])[];

export interface HostTasksInput {
  /**
   * All tasks, stage by stage, as far as these answers tell; `meanwhile` is what a phase has
   * otherwise. What tasks ask that are not chosen is asked, too: others may count on the answers.
   */
  stagesFor(answers: Answers, meanwhile: Meanwhile): TaskStages;
  /** Which of them are done. */
  readonly choice: Choice;
}

/** A phase on a host: what it has otherwise. `since`: those tasks alone are done that wanted something else with that. */
export interface HostPhase {
  readonly meanwhile: Meanwhile;
  readonly since?: Meanwhile;
}

const LAST: HostPhase = { meanwhile: new Map() };

/** What a host has answered so far, and its tasks by that. */
export class HostTasks {
  readonly #input: HostTasksInput;
  readonly answers: Answers;
  readonly #phase: HostPhase;
  readonly #chosen = keepLast((all: TaskStages) => chosen(all, this.#input.choice));
  readonly #planOf = keepLast((stages: TaskStages): readonly StagePlan[] =>
    stages.map((tasks) => planStage(tasks, this.answers)),
  );

  constructor(input: HostTasksInput, answers = new Answers(), phase: HostPhase = LAST) {
    this.#input = input;
    this.answers = answers;
    this.#phase = phase;
  }

  /** The same tasks by these answers. */
  by(answers: Answers): HostTasks {
    return answers === this.answers ? this : new HostTasks(this.#input, answers, this.#phase);
  }

  /** The same tasks in another phase. */
  during(phase: HostPhase = LAST): HostTasks {
    return new HostTasks(this.#input, this.answers, phase);
  }

  get isPartial(): boolean {
    return isPartial(this.#input.choice);
  }

  /** Those that are done, stage by stage. */
  stages(): TaskStages {
    const { since } = this.#phase;
    return since === undefined ? this.#chosen(this.#all()) : this.#turnedFrom(since);
  }

  /** Also those that are not chosen: which hosts are left out is no matter of --tags. */
  #turnedFrom(since: Meanwhile): TaskStages {
    const before = this.#input.stagesFor(this.answers, since);
    return this.#all().map((tasks, stage) => {
      const others = before[stage] ?? [];
      if (![...tasks, ...others].every((one) => this.#isAsked(one))) return tasks;
      const [now, was] = [tasks, others].map((some) => planStage(some, this.answers));
      const wanted = new Map(was?.map(({ title, fields }) => [title, fields]));
      return tasks.filter(
        ({ title }, at) => !becomeSame(wanted.get(title) ?? [], now?.[at]?.fields ?? []),
      );
    });
  }

  #isAsked({ reads }: Task): boolean {
    return reads.every(({ key }) => this.answers.has(key));
  }

  plan(): readonly StagePlan[] {
    return this.#planOf(this.stages());
  }

  /** What the stages from one on ask, whether their tasks are done or left out, and what they are made by. */
  readsFrom(stage: number): readonly Read<unknown>[] {
    const stages = this.#all().slice(stage);
    return [
      ...stages.flatMap((tasks) => tasks.flatMap(({ reads }) => reads)),
      ...this.answers.wanted,
    ];
  }

  hasChangesFrom(stage: number): boolean {
    return this.plan().slice(stage).flat().some(differs);
  }

  /** Whether the host is booted by what is planned now. */
  areBooting(): boolean {
    return this.plan()
      .flat()
      .some(({ commands }) => bootIn(commands) !== undefined);
  }

  /** Whether tasks are left out (--tags, --start-at) that would change something now. */
  leaveOutChanges(): boolean {
    if (!this.isPartial) return false;
    const done = new Set(this.stages().flatMap((tasks) => tasks.map(({ title }) => title)));
    const all = this.#planOf(this.#all()).flat();
    return all.some((planned) => differs(planned) && !done.has(planned.title));
  }

  #all(): TaskStages {
    return this.#input.stagesFor(this.answers, this.#phase.meanwhile);
  }
}

/**
 * The same function, which makes nothing anew while it is asked with the very same things. For what
 * is pure and asked for often.
 */
export function keepLast<Asked extends readonly unknown[], Made>(
  make: (...asked: Asked) => Made,
): (...asked: Asked) => Made {
  let last: { readonly asked: Asked; readonly made: Made } | undefined;
  return (...asked) => {
    if (last === undefined || !isSame(last.asked, asked)) last = { asked, made: make(...asked) };
    return last.made;
  };
}

function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}
