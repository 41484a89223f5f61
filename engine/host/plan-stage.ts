import type { Answers } from '#engine/model/answers.ts';
import { Failure } from '#engine/model/failure.ts';
import type { PlannedTask, StagePlan } from '#engine/model/planned-task.ts';
import type { Read } from '#engine/model/read.ts';
import { differences } from '#engine/model/state.ts';
import type { Task } from '#engine/model/task.ts';

/** Compares what tasks want with what their host has answered. The one place that does. */
export function planStage(tasks: readonly Task[], answers: Answers): StagePlan {
  const titles = tasks.map(({ title }) => title);
  return tasks.map((task, index) =>
    titles.indexOf(task.title) === index ? planTask(task, answers) : sameTitle(task),
  );
}

/** All that these tasks ask. */
export function readsOf(tasks: readonly Task[]): readonly Read<unknown>[] {
  return tasks.flatMap(({ reads }) => Object.values(reads));
}

function planTask(task: Task, answers: Answers): PlannedTask {
  const { title, desired } = task;
  try {
    const facts = answers.facts(task.reads);
    const observed = task.inspect(facts);
    const fields = differences(desired, observed);
    const commands = fields.length === 0 ? [] : task.apply({ desired, observed, fields });
    const note = task.note?.(facts);
    return { title, fields, commands, ...(note === undefined ? {} : { note }) };
  } catch (error) {
    if (error instanceof Failure) return { title, fields: [], commands: [], failure: error };
    throw error;
  }
}

function sameTitle({ title }: Task): PlannedTask {
  const failure = new Failure('Two tasks of a stage have one title', {
    fix: 'Give each a title of its own, or leave one out: they may be about the same thing.',
  });
  return { title, fields: [], commands: [], failure };
}
