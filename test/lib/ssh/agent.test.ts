import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { askAgent } from '#lib/ssh/keyring.ts';

test('an agent that hangs is given up, as one that is not there', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rota-agent-'));
  const asked = Promise.withResolvers<void>();
  const agent = createServer((socket) => {
    onTestFinished(() => void socket.destroy());
    socket.once('data', () => asked.resolve());
  });
  onTestFinished(() => {
    vi.useRealTimers();
    agent.close();
    rmSync(folder, { recursive: true });
  });
  const socket = join(folder, 'agent');
  await new Promise<void>((listening) => agent.listen(socket, listening));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const answer = askAgent(socket);
  await asked.promise;
  vi.runAllTimers();
  expect(await answer).toEqual({ keys: [], problem: `${socket}: no answer in 30 s` });
});
