import type { Command } from './command.ts';
import type { Failure } from './failure.ts';
import type { FieldChange } from './state.ts';

/** What is to be done about one task on one host. Plain data: nothing in it can run. */
export interface PlannedTask {
  readonly title: string;
  /** None when the task is ok. */
  readonly fields: readonly FieldChange[];
  readonly commands: readonly Command[];
  /** What is to be known beside the changes: "kept as it is by ada@desk". */
  readonly note?: string;
  /** Why it could not be planned. */
  readonly failure?: Failure;
}

/** The tasks of one stage of a host, in order. */
export type StagePlan = readonly PlannedTask[];

export function differs({ fields }: PlannedTask): boolean {
  return fields.length > 0;
}
