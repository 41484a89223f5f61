import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Failure } from '#engine/model/failure.ts';
import { NEW_PLAN, type ReadPlan, readPlan } from '#engine/plan/plan-file.ts';
import { countOf } from '#engine/report/words.ts';
import { stateFolder } from './run-folder.ts';
import { createText, readText, removeText } from './text-files.ts';

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

/** `less than a minute`, `12 minutes`, `3 hours`, `2 days`: the largest unit alone. */
export function formatAge(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return 'less than a minute';
  if (minutes < 120) return countOf(minutes, 'minute');
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? countOf(hours, 'hour') : countOf(Math.floor(hours / 24), 'day');
}

/** The key that this user's plans are sealed with: made on first use, and never in a plan file. */
export async function planKey(): Promise<Buffer> {
  const path = join(stateFolder(), 'plan-key');
  if ((await readText(path)) === undefined)
    await createText(path, `${randomBytes(32).toString('hex')}\n`);
  const text = (await readText(path))?.trim() ?? '';
  if (!/^[0-9a-f]{64}$/.test(text))
    throw new Failure('The key of your saved plans is damaged', {
      where: path,
      fix: 'Remove it: a new one is made on next use. Plans that were saved before cannot be applied then.',
    });
  return Buffer.from(text, 'hex');
}

/** When this user began to apply a plan, in ISO 8601; undefined: never. */
export async function usedAt(planId: string): Promise<string | undefined> {
  return (await readText(marker(planId)))?.trim();
}

/** Records that a plan is applied from now on. False: it was used before. */
export async function markUsed(planId: string, now: Date): Promise<boolean> {
  return await createText(marker(planId), `${now.toISOString()}\n`);
}

/** For a plan of which nothing was begun. */
export async function markUnused(planId: string): Promise<void> {
  await removeText(marker(planId));
}

function marker(planId: string): string {
  return join(stateFolder(), 'plans-used', planId);
}
