import { setTimeout as delay } from 'node:timers/promises';
import { inject } from 'vitest';

/** What a busy machine may take; one that is slow may take longer. */
const DEADLINE_MS = 120_000;

/** Every look at a node costs processes there. */
const LOOK_EVERY_MS = 100;

/** Asks until the answer is not undefined or false, and gives it with the milliseconds that took. */
export async function until<T>(
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  everyMs = LOOK_EVERY_MS,
): Promise<{ readonly answer: T; readonly ms: number }> {
  const start = performance.now();
  const deadlineMs = DEADLINE_MS * inject('machine').slowness;
  for (;;) {
    const answer = await ask();
    const ms = performance.now() - start;
    if (answer !== undefined && answer !== false) return { answer, ms };
    if (ms > deadlineMs) throw new Error(`Not so within ${deadlineMs} ms: ${ask}`);
    await delay(everyMs);
  }
}
