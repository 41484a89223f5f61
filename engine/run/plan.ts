import type { Impact } from '#engine/model/rollout.ts';
import type { StagePlan } from '#engine/model/task.ts';

/** What is to be done on one host. */
export interface HostPlan {
  readonly host: string;
  readonly stages: readonly StagePlan[];
  /** The SHA-256 of the answers that it was computed from, in hex; volatile ones left out. */
  readonly state: string;
  readonly impact?: Impact | undefined;
}
