import { afterAll, beforeAll, onTestFinished, test } from 'vitest';
import { taskPages } from '../task-pages.ts';
import { BEFORE_PAGES } from './support/before-pages.ts';
import { describeInLab } from './support/lab.ts';
import { labPlace } from './support/lab-place.ts';
import { tryChange, tryQuestion } from './support/page-trial.ts';
import { TaskTrial } from './support/task-trial.ts';

describeInLab('the example of a task’s page', { light: true, nodes: 1 }, (testLab) => {
  let trial: TaskTrial;
  beforeAll(() => {
    trial = new TaskTrial(labPlace(testLab.lab, 'node1', testLab.folder));
  });
  afterAll(async () => await trial.end());

  test.for(taskPages())(
    '$name: is planned, done once, mended and undone as its page promises',
    async (page) => {
      const { prepare, isQuestion = false } = BEFORE_PAGES[page.name] ?? {};
      const end = await prepare?.(trial);
      if (end !== undefined) onTestFinished(end);
      await (isQuestion ? tryQuestion(trial, page) : tryChange(trial, page));
    },
  );
});
