import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '#engine/model/failure.ts';
import { createText, readText, removeText } from './text-files.ts';

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

function stateFolder(): string {
  const base = process.env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state');
  return join(base, 'rota');
}
