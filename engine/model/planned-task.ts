import type { Failure } from './failure.ts';
import type { TaskPlan } from './task.ts';

/** What is to be done about one task on one host. Plain data: nothing in it can run. */
export interface PlannedTask extends TaskPlan {
  readonly title: string;
  /** Why it could not be planned. */
  readonly failure?: Failure;
}

/** The tasks of one stage of a host, in order. */
export type StagePlan = readonly PlannedTask[];

export function differs({ fields }: PlannedTask): boolean {
  return fields.length > 0;
}
