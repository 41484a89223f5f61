import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';

/** A ring whose VIP moves all the time, followed by a process of its own, as the command does it. */
const MOVING = `
  import { watchStatus } from './cli/status/watch.ts';
  import { wellRing } from './test/cli/status/rings.ts';
  process.stdout.on('error', () => {});
  let moves;
  await watchStatus({
    look: async ({ onHeld }) => {
      let at = 0;
      const hold = () => onHeld({ node: 'node1', vips: (at += 1) % 2 ? [] : ['fd02::1'], at: new Date() });
      moves ??= setInterval(hold, 20);
      return [wellRing()];
    },
    close: async () => clearInterval(moves),
  }, {});
`;

test('it ends when nobody reads any more what changes', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', MOVING]);
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  await once(child.stdout, 'data');
  child.stdout.destroy();
  expect([...(await once(child, 'exit')), said]).toEqual([0, null, '']);
});
