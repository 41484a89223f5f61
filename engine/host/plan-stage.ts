import type { Answers } from '#engine/model/answers.ts';
import { Failure } from '#engine/model/failure.ts';
import type { PlannedTask, StagePlan, Task } from '#engine/model/task.ts';

/** What is to be done about tasks, by what their host has answered. */
export function planStage(tasks: readonly Task[], answers: Answers): StagePlan {
  const titles = tasks.map(({ title }) => title);
  return tasks.map((task, index) =>
    titles.indexOf(task.title) === index ? planTask(task, answers) : sameTitle(task),
  );
}

function planTask(task: Task, answers: Answers): PlannedTask {
  const { title } = task;
  try {
    return { title, ...task.plan(answers) };
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
