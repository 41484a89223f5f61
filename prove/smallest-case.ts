import type { SmallestCase } from './promises.ts';

export interface CaseSearch {
  /** The titles of all tasks. */
  readonly all: readonly string[];
  /** Those that seem to be behind it. */
  readonly suspects: readonly string[];
  /** How often it may be tried. */
  readonly most: number;
  /** Whether the promise is broken with these tasks alone. */
  breaks(tasks: readonly string[]): Promise<boolean>;
}

/** Drops tasks for as long as the promise stays broken: the suspects are tried first, then ever smaller parts. */
export async function smallestCase({
  all,
  suspects,
  most,
  breaks,
}: CaseSearch): Promise<SmallestCase> {
  let tries = 0;
  const stillBreaks = async (tasks: readonly string[]) => {
    tries += 1;
    return await breaks(tasks);
  };
  let tasks = all;
  const isPart = suspects.length > 0 && suspects.length < all.length;
  if (isPart && (await stillBreaks(suspects))) tasks = suspects;
  for (let size = Math.ceil(tasks.length / 2); size > 0 && tasks.length > 1; ) {
    const isDropped = (left: readonly string[]) => left.length < tasks.length;
    const left = await withoutOnePart(tasks, size, async (part) => {
      return tries < most && (await stillBreaks(part));
    });
    if (isDropped(left)) tasks = left;
    else if (tries >= most) return { tasks, isMinimal: false };
    else size = Math.floor(size / 2);
    size = Math.min(size, Math.ceil(tasks.length / 2));
  }
  return { tasks, isMinimal: true };
}

/** The first that still breaks it, of what is left without a part of that size; else all. */
async function withoutOnePart(
  tasks: readonly string[],
  size: number,
  breaks: (left: readonly string[]) => Promise<boolean>,
): Promise<readonly string[]> {
  for (let at = 0; at < tasks.length; at += size) {
    const left = tasks.toSpliced(at, size);
    if (left.length > 0 && (await breaks(left))) return left;
  }
  return tasks;
}
