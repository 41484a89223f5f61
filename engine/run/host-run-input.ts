import type { About } from '#engine/model/about.ts';
import type { Choice } from '#engine/model/choice.ts';
import type { Host } from '#engine/model/host.ts';
import type { Connect } from '#engine/model/session.ts';
import type { Emit } from './events.ts';
import type { StagesFor } from './host-tasks.ts';
import type { PlannedTask } from './plan.ts';

/** What a host needs to take part in a run. */
export interface HostRunInput {
  readonly host: Host;
  readonly runId: string;
  readonly about: About;
  /** The first of the stages whose programs arm the host, so that it undoes them by itself. */
  readonly armedFrom: number;
  readonly connect: Connect;
  readonly emit: Emit;
  /** When it aborts, nothing new is started. */
  readonly stop: AbortSignal;
  /** All tasks: what those that are left out ask is asked, since others may count on the answers. */
  readonly stagesFor: StagesFor;
  /** Which of them are done. */
  readonly choice: Choice;
  /** Is told of each task that was changed, with what there was to change. */
  onChanged?(host: string, task: PlannedTask): void;
}
