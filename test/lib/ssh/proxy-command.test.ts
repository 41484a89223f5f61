import { once } from 'node:events';
import { expect, test } from 'vitest';
import { runProxy } from '#lib/ssh/proxy-command.ts';

test('what a command says before it ends is kept, also if it is written to after that', async () => {
  const { stream, words } = runProxy("sh -c 'exec <&-; echo no way >&2; echo closed'");
  await once(stream, 'data');
  stream.write('SSH-2.0-rota\r\n');
  stream.resume();
  await once(stream, 'end');
  expect(words?.()).toBe('no way');
});
