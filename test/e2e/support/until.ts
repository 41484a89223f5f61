import { setTimeout as delay } from 'node:timers/promises';

/** What a busy machine may take. */
const DEADLINE_MS = 120_000;

/** Asks until the answer is not undefined or false, and gives it with the milliseconds that took. */
export async function until<T>(
  ask: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<{ readonly answer: T; readonly ms: number }> {
  const start = performance.now();
  for (;;) {
    const answer = await ask();
    const ms = performance.now() - start;
    if (answer !== undefined && answer !== false) return { answer, ms };
    if (ms > DEADLINE_MS) throw new Error(`Not so within ${DEADLINE_MS} ms: ${ask}`);
    await delay(20);
  }
}
