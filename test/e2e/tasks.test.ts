import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TaskPage, taskPages } from '../task-pages.ts';
import { BEFORE_PAGES } from './support/before-pages.ts';
import { describeInLab } from './support/lab.ts';
import { TaskTrial } from './support/task-trial.ts';

describeInLab('the example of a task’s page', { light: true, nodes: 1 }, (testLab) => {
  let trial: TaskTrial;
  beforeAll(() => {
    trial = new TaskTrial(testLab.lab, 'node1', testLab.folder);
  });
  afterAll(async () => await trial.end());

  test.for(taskPages())(
    '$name: is planned, done once, mended and undone as its page promises',
    async (page) => {
      const { prepare, isQuestion = false } = BEFORE_PAGES[page.name] ?? {};
      const end = await prepare?.(trial);
      try {
        if (isQuestion) await ask(page);
        else await change(page);
      } finally {
        await end?.();
      }
    },
  );

  async function ask({ name, example }: TaskPage) {
    const before = trial.onDisk();
    const playbook = await trial.playbook(name, example);
    expect(await trial.run(playbook)).toEqual(NOTHING);
    expect(trial.onDisk()).toEqual(before);
  }

  async function change({ name, example, drift }: TaskPage) {
    const before = trial.onDisk();
    const playbook = await trial.playbook(name, example);
    expect(await trial.run(playbook, 'dry-run')).toEqual({ ...CHANGED, exit: 2 });
    expect(trial.onDisk()).toEqual(before);
    expect(await trial.runAndUndo(playbook)).toMatchObject({ exit: 6 });
    expect(trial.onDisk()).toEqual(before);
    expect(await trial.run(playbook)).toEqual(CHANGED);
    const done = trial.onDisk();
    expect(await trial.run(playbook)).toEqual(NOTHING);
    if (drift === undefined) return;
    await trial.sh(drift);
    expect(await trial.run(playbook)).toEqual(CHANGED);
    expect(trial.onDisk()).toEqual(done);
  }
});

const NOTHING = { exit: 0, changed: 0, failures: [] };
const CHANGED = { exit: 0, changed: expect.toSatisfy((count: number) => count > 0), failures: [] };
