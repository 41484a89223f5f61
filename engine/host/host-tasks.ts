import { type Answer, Answers } from '#engine/model/answers.ts';
import { type Choice, chosen, isPartial } from '#engine/model/choice.ts';
import type { Command } from '#engine/model/command.ts';
import { Failure } from '#engine/model/failure.ts';
import type { Read } from '#engine/model/read.ts';
import type { Meanwhile } from '#engine/model/rollout.ts';
import { reveal, Secret } from '#engine/model/secret.ts';
import { becomeSame } from '#engine/model/state.ts';
import { differs, type PlannedTask, type StagePlan, type Task } from '#engine/model/task.ts';
import { type FileFact, fileAt } from '#engine/reads/file.ts';
import { requireNoNul } from '#engine/shell/quote.ts';
import { keepLast } from './keep-last.ts';

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
 * What is to be done about tasks, by what their host has answered; of a file that a task before writes, by
 * what that will have made of it.
 */
export function planStage(tasks: readonly Task[], answers: Answers): StagePlan {
  const titles = new Set<string>();
  let seen = answers;
  return tasks.map((task) => {
    const isAgain = titles.has(task.title);
    titles.add(task.title);
    const planned = isAgain ? sameTitle(task) : planTask(task, seen);
    if (planned.commands.length > 0) seen = seen.with(answersBehind(planned.commands));
    return planned;
  });
}

/** What is at the paths of these commands once they are done. */
function answersBehind(commands: readonly Command[]): ReadonlyMap<string, Answer> {
  return new Map(
    commands.flatMap((command) => {
      const fact = factBehind(command);
      if (fact === undefined || !('path' in command)) return [];
      return [[fileAt(command.path).key, { fact, status: 0, bytes: Buffer.of() }]];
    }),
  );
}

function factBehind(command: Command): FileFact | undefined {
  switch (command.kind) {
    case 'write': {
      const { mode, owner, body } = command;
      const isKnown = typeof body === 'string' || body instanceof Secret;
      return isKnown ? { type: 'file', mode, owner, content: reveal(body) } : undefined;
    }
    case 'link':
      return { type: 'link', target: command.target };
    case 'folder':
      return { type: 'folder', mode: command.mode, owner: command.owner };
    case 'remove':
      return { type: 'absent' };
    default:
      return undefined;
  }
}

function planTask(task: Task, answers: Answers): PlannedTask {
  const { title } = task;
  try {
    const plan = task.plan(answers);
    for (const command of plan.commands) requireGivable(command);
    return { title, ...plan };
  } catch (error) {
    if (error instanceof Failure) return { title, fields: [], commands: [], failure: error };
    throw error;
  }
}

/** That there is a program which makes a command: nothing is begun where one of them has none. */
function requireGivable(command: Command): void {
  for (const value of Object.values(command))
    if (typeof value === 'string' || value instanceof Secret) requireNoNul(reveal(value));
  if ('path' in command) requireOneLine(command.path);
}

/** What a host keeps for an undo has a line per path, as read(1) of its sh reads it. */
function requireOneLine(path: string): void {
  if (/^\/(.*\S)?$/.test(path)) return;
  throw new Failure('A path on a host is absolute, one line, and ends in no blank', {
    where: JSON.stringify(path),
    fix: 'Give the file another path.',
  });
}

function sameTitle({ title }: Task): PlannedTask {
  const failure = new Failure('Two tasks of a stage have one title', {
    fix: 'Give each a title of its own, or leave one out: they may be about the same thing.',
  });
  return { title, fields: [], commands: [], failure };
}
