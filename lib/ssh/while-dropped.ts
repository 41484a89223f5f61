import { setTimeout as delay } from 'node:timers/promises';
import { ConnectFailure } from './connect-failure.ts';

/** The first pause; each is up to twice as long as the one before, at random, so that not all come back at once. */
const PAUSE_MS = 100;
const LONGEST_MS = 2000;

/**
 * Tries until it is let in: sshd drops connections while it has too many that are not logged in. For so
 * long as one login may take; then it fails as it did last.
 */
export async function whileDropped<T>(limitMs: number, attempt: () => Promise<T>): Promise<T> {
  const end = performance.now() + limitMs;
  for (let longest = PAUSE_MS; ; longest = Math.min(2 * longest, LONGEST_MS)) {
    try {
      return await attempt();
    } catch (error) {
      const pause = longest * (0.5 + Math.random() / 2);
      const isDrop = error instanceof ConnectFailure && error.dropped;
      if (!isDrop || performance.now() + pause > end) throw error;
      await delay(pause);
    }
  }
}
