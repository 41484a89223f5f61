import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Choice, choiceAfter, chosen, EVERYTHING, isTagged } from '#engine/model/choice.ts';
import { type Task, tagged, task } from '#engine/model/task.ts';

const TAGS: Readonly<Record<string, readonly string[]>> = {
  plain: [],
  a: ['a'],
  b: ['b'],
  ab: ['a', 'b'],
  always: ['always'],
  'always+a': ['always', 'a'],
  never: ['never'],
  'never+a': ['never', 'a'],
};

// What Taggable.evaluate_tags of ansible-core 2.14.18 says, by the flags that were given.
const GOLDENS: Readonly<Record<string, string>> = JSON.parse(
  readFileSync('test/fixtures/tags/goldens.json', 'utf8'),
);

function choiceOf(flags: string): Choice {
  const [, tags = 'all', skip] = /^(?:--tags (\S+))? ?(?:--skip-tags (\S+))?$/.exec(flags) ?? [];
  return { tags: tags.split(','), skipTags: skip?.split(',') ?? [] };
}

test('tags choose the tasks that they choose in Ansible', () => {
  const choose = (flags: string) =>
    Object.keys(TAGS).filter((name) => isTagged(TAGS[name], choiceOf(flags)));
  const selected = Object.keys(GOLDENS).map((flags) => [flags, choose(flags).join(' ')]);
  expect(Object.fromEntries(selected)).toEqual(GOLDENS);
});

function titled(title: string, ...tags: readonly string[]): Task {
  const plain = task({ title, desired: {}, reads: {}, inspect: () => ({}), apply: () => [] });
  return tagged(tags, [plain])[0] ?? plain;
}

function titlesOf(stages: readonly (readonly Task[])[], choice: Choice) {
  return chosen(stages, choice).map((tasks) => tasks.map(({ title }) => title));
}

const STAGES = [
  [titled('root', 'always'), titled('one')],
  [titled('two', 'x'), titled('three', 'x', 'never')],
];

test('a stage of which no task is left stays', () => {
  expect(titlesOf(STAGES, EVERYTHING)).toEqual([['root', 'one'], ['two']]);
  expect(titlesOf(STAGES, { ...EVERYTHING, skipTags: ['x'] })).toEqual([['root', 'one'], []]);
});

test('what comes before the start is left out, unless it is always done', () => {
  expect(titlesOf(STAGES, { ...EVERYTHING, startAt: ['two'] })).toEqual([['root'], ['two']]);
  expect(titlesOf(STAGES, { ...EVERYTHING, startAt: ['none'] })).toEqual([['root'], []]);
  const after = choiceAfter(['image'], { ...EVERYTHING, startAt: ['image'] });
  expect(titlesOf(STAGES, after)).toEqual([['root', 'one'], ['two']]);
});

test('tags add up', () => {
  expect(tagged(['b', 'a'], tagged(['a'], [titled('one')]))[0]?.tags).toEqual(['a', 'b']);
});
