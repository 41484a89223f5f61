import { setTimeout as delay } from 'node:timers/promises';
import { inject } from 'vitest';

/** What a busy machine may take; one that is slow may take longer. */
const DEADLINE_MS = 120_000;

/** Every look at a node costs processes there. */
const LOOK_EVERY_MS = 100;

/** Asks until the answer is not undefined or false, and gives it. */
export async function until<T>(
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  everyMs = LOOK_EVERY_MS,
): Promise<{ readonly answer: T }> {
  const waitMs = DEADLINE_MS * inject('machine').slowness;
  const untilMs = performance.now() + waitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return { answer };
    if (performance.now() > untilMs) throw new Error(`Not so within ${waitMs} ms: ${ask}`);
    await delay(everyMs);
  }
}
