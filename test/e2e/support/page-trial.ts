import { expect } from 'vitest';
import type { TaskPage } from '../../task-pages.ts';
import type { TaskTrial } from './task-trial.ts';

/** The example of a page that asks, and changes nothing. */
export async function tryQuestion(trial: TaskTrial, { name, example }: TaskPage): Promise<void> {
  const before = await trial.onDisk();
  const playbook = await trial.playbook(name, example);
  expect(await trial.run(playbook)).toMatchObject({ exit: 0, failures: [] });
  expect(await trial.run(playbook)).toEqual(NOTHING);
  expect(await trial.onDisk()).toEqual(before);
}

/** The example of a page, and what it mends. */
export async function tryChange(trial: TaskTrial, page: TaskPage): Promise<void> {
  const { name, example, drift } = page;
  const before = await trial.onDisk();
  const playbook = await trial.playbook(name, example);
  expect(await trial.run(playbook, 'dry-run')).toEqual({ ...CHANGED, exit: 2 });
  expect(await trial.onDisk()).toEqual(before);
  expect(await trial.runAndUndo(playbook)).toMatchObject({
    exit: 6,
    failures: [{ kind: 'check' }],
  });
  expect(await trial.onDisk()).toEqual(before);
  expect(await trial.run(playbook)).toEqual(CHANGED);
  const done = await trial.onDisk();
  expect(await trial.run(playbook)).toEqual(NOTHING);
  if (drift === undefined) return;
  await trial.sh(drift);
  expect(await trial.run(playbook)).toEqual(CHANGED);
  expect(await trial.onDisk()).toEqual(done);
}

const NOTHING = { exit: 0, changed: 0, failures: [] };
const CHANGED = { exit: 0, changed: expect.toSatisfy((count: number) => count > 0), failures: [] };
