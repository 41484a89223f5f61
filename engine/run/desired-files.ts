import type { Write } from '#engine/model/command.ts';
import type { Playbook, TaskContext } from '#engine/model/playbook.ts';
import { stagesIn } from '#engine/model/stages.ts';
import { differences } from '#engine/model/state.ts';

/** The files that a playbook's tasks would put on a host on which there is nothing yet. */
export function desiredFiles<V>(playbook: Playbook<V>, context: TaskContext<V>): readonly Write[] {
  return stagesIn(playbook.tasks?.(context) ?? [])
    .flat()
    .flatMap((task) => {
      const fields = differences(task.desired, undefined);
      return task.apply({ desired: task.desired, observed: undefined, fields });
    })
    .filter((command) => command.kind === 'write');
}
