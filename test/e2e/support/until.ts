import { setTimeout as delay } from 'node:timers/promises';

/** Asks until the answer is not undefined or false, and gives it with the milliseconds that took. */
export async function until<T>(
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  deadlineMs = 20_000,
): Promise<{ readonly answer: T; readonly ms: number }> {
  const start = performance.now();
  for (;;) {
    const answer = await ask();
    const ms = performance.now() - start;
    if (answer !== undefined && answer !== false) return { answer, ms };
    if (ms > deadlineMs) throw new Error(`Not so within ${deadlineMs} ms: ${ask}`);
    await delay(20);
  }
}
