import type { Command } from '#engine/model/command.ts';
import type { Impact } from '#engine/model/course.ts';
import type { Failure } from '#engine/model/failure.ts';
import type { FieldChange } from '#engine/model/state.ts';

/** What is to be done about one task on one host. Plain data: nothing in it can run. */
export interface PlannedTask {
  readonly title: string;
  /** None when the task is ok. */
  readonly fields: readonly FieldChange[];
  readonly commands: readonly Command[];
  /** What is to be known beside the changes: "drained by ada@desk at …". */
  readonly note?: string;
  /** Why it could not be planned. */
  readonly failure?: Failure;
}

/** The tasks of one stage of a host, in order. */
export type StagePlan = readonly PlannedTask[];

/** What is to be done on one host. */
export interface HostPlan {
  readonly host: string;
  readonly stages: readonly StagePlan[];
  /** The SHA-256 of the answers that it was computed from, in hex; volatile ones left out. */
  readonly state: string;
  readonly impact?: Impact;
}

export function differs({ fields }: PlannedTask): boolean {
  return fields.length > 0;
}

export function hasChanges(plan: StagePlan): boolean {
  return plan.some(differs);
}
