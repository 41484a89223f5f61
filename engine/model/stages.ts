import type { Stages } from './playbook.ts';
import type { Task } from './task.ts';

/** The stages that a playbook gave, as a list of lists. */
export function stagesIn(stages: Stages): readonly (readonly Task[])[] {
  return stages.every((entry) => Array.isArray(entry))
    ? (stages as readonly (readonly Task[])[])
    : [stages as readonly Task[]];
}
