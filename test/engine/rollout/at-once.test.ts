import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { atOnce } from '#engine/rollout/at-once.ts';

test('so many pieces of work go on at once, in their order, and none is left out', async () => {
  const begun: number[] = [];
  let running = 0;
  let most = 0;
  await atOnce(2, [1, 2, 3, 4, 5], async (item) => {
    begun.push(item);
    running += 1;
    most = Math.max(most, running);
    await setImmediate();
    running -= 1;
  });
  expect({ begun, most }).toEqual({ begun: [1, 2, 3, 4, 5], most: 2 });
});
