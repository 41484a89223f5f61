import type { Choice } from '#engine/model/choice.ts';
import type { SavedChoice } from './saved-plan.ts';

export function saveChoice({ tags, skipTags, startAt }: Choice): SavedChoice {
  return {
    tags: [...tags],
    skipTags: [...skipTags],
    ...(startAt === undefined ? {} : { startAt: [...startAt] }),
  };
}

/** The choice in the words of the flags. */
export function choiceFlags({ tags, skipTags, startAt = [] }: SavedChoice): readonly string[] {
  return [
    ...(tags.includes('all') ? [] : [`--tags ${tags.join(',')}`]),
    ...(skipTags.length === 0 ? [] : [`--skip-tags ${skipTags.join(',')}`]),
    ...startAt.map((title) => `--start-at ${title}`),
  ];
}
