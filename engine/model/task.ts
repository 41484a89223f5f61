import type { Command } from './command.ts';
import type { Facts, Reads } from './read.ts';
import type { FieldChange, Observed, State } from './state.ts';

/** What has to change, and from what it was computed. */
export interface Change<S extends State> {
  readonly desired: S;
  readonly observed: Observed<S> | undefined;
  readonly fields: readonly FieldChange[];
}

/**
 * A desired state of a host. Pure: it asks through `reads`, says what it sees through `inspect`
 * (undefined: not there), and returns commands from `apply`; the engine compares and runs.
 */
export interface TaskSpec<S extends State, R extends Reads> {
  readonly title: string;
  /** By which --tags and --skip-tags choose it. `always` and `never` mean what they mean in Ansible. */
  readonly tags?: readonly string[];
  readonly desired: S;
  readonly reads: R;
  inspect(facts: Facts<R>): Observed<S> | undefined;
  /** What the plan should say beside the changes, such as why there are none. */
  note?(facts: Facts<NoInfer<R>>): string | undefined;
  apply(change: Change<S>): readonly Command[];
}

/** A task of any shape, as the engine holds it. */
export interface Task extends TaskSpec<State, Reads> {}

/** The tasks with these tags beside those that they have. */
export function tagged(tags: readonly string[], tasks: readonly Task[]): readonly Task[] {
  return tasks.map((one) => ({ ...one, tags: [...new Set([...(one.tags ?? []), ...tags])] }));
}

/** Gives a task its types: `inspect` and `apply` know the fields of `desired` and `reads`. */
export function task<const R extends Reads, S extends State>(spec: TaskSpec<S, R>): Task {
  return spec as unknown as Task;
}
