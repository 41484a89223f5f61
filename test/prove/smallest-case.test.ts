import { expect, test } from 'vitest';
import { smallestCase } from '#prove/smallest-case.ts';

const ALL = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

/** What is left when it takes all of these tasks to break something, with the tries that it took. */
async function searched(needed: readonly string[], suspects: readonly string[], most = 100) {
  const tried: string[] = [];
  const smallest = await smallestCase({
    ...{ all: ALL, suspects, most },
    breaks: async (tasks) => {
      tried.push(tasks.join(''));
      return needed.every((task) => tasks.includes(task));
    },
  });
  return { ...smallest, tries: tried.length };
}

test('suspects are tried first, and all of the tasks where these break nothing alone', async () => {
  expect(await searched(['c'], ['c'])).toEqual({ tasks: ['c'], isMinimal: true, tries: 1 });
  expect(await searched(['c', 'g'], ['c'])).toMatchObject({ tasks: ['c', 'g'], isMinimal: true });
  expect(await searched(['h'], ['c', 'h'])).toMatchObject({ tasks: ['h'], isMinimal: true });
});

test('tasks are dropped until each that is left is needed', async () => {
  expect(await searched(['b', 'e', 'h'], [])).toMatchObject({
    tasks: ['b', 'e', 'h'],
    isMinimal: true,
  });
  expect(await searched(ALL, [])).toMatchObject({ tasks: ALL, isMinimal: true });
});

test('a search that takes too long says that there may be fewer', async () => {
  expect(await searched(['b', 'e', 'h'], [], 4)).toMatchObject({ isMinimal: false, tries: 4 });
});
