import type { Host } from '#engine/model/host.ts';
import type { About } from '#engine/model/run-record.ts';
import type { Connect } from '#engine/model/session.ts';
import type { Stage } from './apply-stage.ts';
import type { HostEvent } from './events.ts';
import type { HostTasksInput } from './host-tasks.ts';

/** What a host needs to take part in a run. */
export interface HostRunInput extends HostTasksInput {
  readonly host: Host;
  readonly runId: string;
  readonly about: About;
  /** The first of the stages whose programs arm the host, so that it undoes them by itself. */
  readonly armedFrom: number;
  readonly connect: Connect;
  emit(event: HostEvent): void;
  /** When it aborts, nothing new is started. */
  readonly stop: AbortSignal;
  readonly onChanged?: Stage['onChanged'];
}
