import type { Answers } from '#engine/model/answers.ts';
import type { Task } from '#engine/model/task.ts';

/** The tasks of a host, stage by stage, as far as these answers tell. */
export type StagesFor = (answers: Answers) => readonly (readonly Task[])[];
