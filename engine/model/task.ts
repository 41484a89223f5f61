import type { Answers } from './answers.ts';
import type { Command } from './command.ts';
import type { Failure } from './failure.ts';
import {
  ANYTHING,
  each,
  FUNCTION,
  must,
  OBJECT,
  optional,
  PLAIN,
  type Rule,
  type Rules,
  refuse,
  requireOptions,
} from './options.ts';
import type { Facts, Read, Reads } from './read.ts';
import { differences, type FieldChange, type Observed, type State } from './state.ts';

/** What has to change, and from what it was computed. */
export interface Change<S extends State, R extends Reads> {
  readonly desired: S;
  readonly observed: Observed<S> | undefined;
  readonly fields: readonly FieldChange[];
  readonly facts: Facts<R>;
}

/**
 * A desired state of a host. Pure: it asks through `reads`, says what it sees through `inspect`
 * (undefined: not there), and returns commands from `apply`; the engine compares and runs. What edits
 * a part of something wants a whole that is made of what is there: `desired` is a function then.
 */
export interface TaskSpec<S extends State, R extends Reads> {
  readonly title: string;
  /** By which --tags and --skip-tags choose it. `always` and `never` mean what they mean in Ansible. */
  readonly tags?: readonly string[] | undefined;
  /** That it may have the host booted: it is the last one of its stage. */
  readonly boots?: true;
  readonly reads: R;
  readonly desired: S | ((facts: Facts<R>) => S);
  inspect(facts: Facts<R>): Observed<S> | undefined;
  /** What the plan should say beside the changes, such as why there are none. */
  note?(facts: Facts<NoInfer<R>>): string | undefined;
  apply(change: Change<NoInfer<S>, NoInfer<R>>): readonly Command[];
}

/** What a task would do now. */
export interface TaskPlan {
  /** None when the task is ok. */
  readonly fields: readonly FieldChange[];
  readonly commands: readonly Command[];
  /** What is to be known beside the changes: "kept as it is by ada@desk". */
  readonly note?: string | undefined;
}

/** What is to be done about one task on one host. Plain data: nothing in it can run. */
export interface PlannedTask extends TaskPlan {
  readonly title: string;
  /** Why it could not be planned. */
  readonly failure?: Failure;
}

/** The tasks of one stage of a host, in order. */
export type StagePlan = readonly PlannedTask[];

export function differs({ fields }: TaskPlan): boolean {
  return fields.length > 0;
}

/** Whether a task changes something, or could not be planned. */
export function isToShow({ fields, failure }: Pick<PlannedTask, 'fields' | 'failure'>): boolean {
  return fields.length > 0 || failure !== undefined;
}

/** A task of any shape, as the engine holds it. */
export interface Task {
  readonly title: string;
  readonly tags?: readonly string[] | undefined;
  readonly boots?: true | undefined;
  readonly reads: readonly Read<unknown>[];
  /** By what a host has answered to `reads`. Throws the Failure of what cannot be planned. */
  plan(answers: Answers): TaskPlan;
  /** What it would do where nothing of it is; none for one that has to ask first. */
  fresh(): readonly Command[];
}

/** Makes a task: `inspect` and `apply` know the fields of `desired` and `reads`. */
export function task<const R extends Reads, S extends State>(spec: TaskSpec<S, R>): Task {
  const { title, tags, boots } = spec;
  requireOptions<TaskSpec<S, R>>(`task ${title}`, spec, SPEC);
  return {
    title,
    tags,
    boots,
    reads: Object.values(spec.reads),
    plan: (answers) => plan(spec, answers.facts(spec.reads)),
    fresh: () => fresh(spec),
  };
}

const isRead = (given: object) =>
  typeof Reflect.get(given, 'key') === 'string' &&
  typeof Reflect.get(given, 'parse') === 'function' &&
  ['script', 'path'].some((how) => typeof Reflect.get(given, how) === 'string');

const READ = must(
  (given) => isRead(Object(given)),
  'a read: its key, its script or path, and parse',
);

/** That each of them is a read, by whatever name. */
export const READS: Rule = (given, name) => [
  ...OBJECT(given, name),
  ...Object.entries(Object(given)).flatMap(([one, read]) => READ(read, `${name}.${one}`)),
];

const SPEC: Rules<TaskSpec<State, Reads>> = {
  ...{ title: PLAIN, tags: optional(each(PLAIN)), boots: ANYTHING, note: optional(FUNCTION) },
  ...{ reads: READS, inspect: FUNCTION, apply: FUNCTION },
  desired: (value, name) => (typeof value === 'function' ? [] : OBJECT(value, name)),
};

/** A task that changes nothing: what it asks is told by `note`, and where `check` throws a Failure, nothing is planned. */
export function requirement<const R extends Reads>(
  spec: Pick<TaskSpec<State, R>, 'title' | 'reads' | 'note'> & { check?(facts: Facts<R>): void },
): Task {
  const { check, ...asked } = spec;
  const inspect = (facts: Facts<R>) => {
    check?.(facts);
    return {};
  };
  return task<R, State>({ ...asked, desired: {}, inspect, apply: () => [] });
}

/** The tasks with these tags beside those that they have. */
export function tagged(tags: readonly string[], tasks: readonly Task[]): readonly Task[] {
  return tasks.map((one) => ({ ...one, tags: [...new Set([...(one.tags ?? []), ...tags])] }));
}

/** A task that can only be planned where `check` throws no Failure at the answers to more reads. */
export function requiring<const R extends Reads>(
  one: Task,
  reads: R,
  check: (facts: Facts<R>) => void,
): Task {
  return {
    ...one,
    reads: [...one.reads, ...Object.values(reads)],
    plan: (answers) => {
      check(answers.facts(reads));
      return one.plan(answers);
    },
  };
}

function plan<S extends State, R extends Reads>(spec: TaskSpec<S, R>, facts: Facts<R>): TaskPlan {
  const desired = desiredOf(spec, () => facts);
  const observed = spec.inspect(facts);
  const fields = differences(desired, observed);
  const commands = fields.length === 0 ? [] : spec.apply({ desired, observed, fields, facts });
  const note = spec.note?.(facts);
  return { fields, commands, note };
}

function fresh<S extends State, R extends Reads>(spec: TaskSpec<S, R>): readonly Command[] {
  try {
    const desired = desiredOf(spec, noFacts);
    const fields = differences(desired, undefined);
    const change = { desired, observed: undefined, fields };
    return spec.apply({
      ...change,
      get facts() {
        return noFacts();
      },
    });
  } catch (error) {
    if (error instanceof NoFacts) return [];
    throw error;
  }
}

function desiredOf<S extends State, R extends Reads>(
  { title, desired }: TaskSpec<S, R>,
  facts: () => Facts<R>,
): S {
  if (typeof desired !== 'function') return desired;
  const made = desired(facts());
  refuse(`task ${title}`, OBJECT(made, 'desired'));
  return made;
}

class NoFacts extends Error {}

function noFacts(): never {
  throw new NoFacts();
}
