import { Failure } from '#engine/model/failure.ts';
import { NEW_PLAN, type ReadPlan, readPlan } from '#engine/plan/plan-file.ts';
import { readText } from './text-files.ts';

/** Reads a plan file. Throws a Failure for one that cannot be used. */
export async function openPlan(path: string): Promise<ReadPlan> {
  const text = await readText(path);
  if (text === undefined)
    throw new Failure('The plan file is not there', { where: path, fix: NEW_PLAN });
  return readPlan(text, path);
}

/** Milliseconds since a plan was made; none by a clock that is behind. */
export function ageOf({ created }: { readonly created: string }, now: Date): number {
  return Math.max(0, now.getTime() - Date.parse(created));
}
