import type { Answers } from '#engine/model/answers.ts';
import type { Stages } from '#engine/model/playbook.ts';
import type { Task } from '#engine/model/task.ts';

/** The stages that a playbook gave, as a list of lists. */
export function stagesIn(stages: Stages): readonly (readonly Task[])[] {
  return stages.every((entry) => Array.isArray(entry))
    ? (stages as readonly (readonly Task[])[])
    : [stages as readonly Task[]];
}

/** The tasks of a host, stage by stage, as far as these answers tell. */
export type StagesFor = (answers: Answers) => readonly (readonly Task[])[];
