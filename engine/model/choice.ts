import type { Task } from './task.ts';

/** Which tasks of a playbook are done. */
export interface Choice {
  /** A task with one of these tags; `all`, `tagged` and `untagged` stand for what they say. */
  readonly tags: readonly string[];
  readonly skipTags: readonly string[];
  /** None before the first with one of these titles, those aside that are tagged `always`. */
  readonly startAt?: readonly string[] | undefined;
}

/** All tasks but those that are tagged `never`. */
export const EVERYTHING: Choice = { tags: ['all'], skipTags: [] };

/** Whether a choice leaves out more than is left out always. */
export function isPartial({ tags, skipTags, startAt }: Choice): boolean {
  return !tags.includes('all') || skipTags.length > 0 || startAt !== undefined;
}

/** Whether tags let a task be done (Ansible's playbook/taggable.py). */
export function isTagged(tags: readonly string[] = [], { tags: only, skipTags }: Choice): boolean {
  const own = tags.length === 0 ? ['untagged'] : tags;
  return isWanted(own, only) && !isSkipped(own, skipTags);
}

function isWanted(own: readonly string[], only: readonly string[]): boolean {
  if (own.includes('always') || own.some((tag) => only.includes(tag))) return true;
  if (own.includes('never')) return false;
  return only.includes('all') || (only.includes('tagged') && !own.includes('untagged'));
}

function isSkipped(own: readonly string[], skip: readonly string[]): boolean {
  if (skip.includes('all')) return !own.includes('always') || skip.includes('always');
  if (own.some((tag) => skip.includes(tag))) return true;
  return skip.includes('tagged') && !own.includes('untagged');
}

/** The tasks of a host that are done, stage by stage; a stage of which none is left stays, empty. */
export function chosen(
  stages: readonly (readonly Task[])[],
  choice: Choice,
): readonly (readonly Task[])[] {
  let begun = choice.startAt === undefined;
  return stages.map((tasks) =>
    tasks.filter(({ title, tags }) => {
      begun ||= choice.startAt?.includes(title) === true;
      return (begun || tags?.includes('always') === true) && isTagged(tags, choice);
    }),
  );
}

/** The choice for what comes after tasks that have one of these titles among them, or have not. */
export function choiceAfter(titles: readonly string[], choice: Choice): Choice {
  const { startAt, ...rest } = choice;
  return startAt?.some((title) => titles.includes(title)) ? rest : choice;
}
