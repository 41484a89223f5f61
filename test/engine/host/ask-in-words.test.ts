import { expect, test } from 'vitest';
import { ask } from '#engine/host/ask.ts';
import type { Read } from '#engine/model/read.ts';
import { remember } from '#engine/model/redaction.ts';
import { fileAt } from '#engine/reads/file.ts';
import { sh } from '#engine/shell/quote.ts';
import { Connections } from '#lib/ssh/index.ts';
import { Ssh2Server } from '../../lib/ssh/support/ssh2-server.ts';

const text = (script: string): Read<string> => ({
  key: script,
  script,
  parse: ({ stdout }) => stdout,
});

test('questions come in the words of a command, but not where a secret is in them', async () => {
  const secret = remember("canary-7f'3a91");
  await using server = await new Ssh2Server().listen();
  await using connections = new Connections();
  const session = await connections.connect(server.host);
  const wordsOf = async (read: Read<unknown>) => {
    await ask(session, [read]);
    const words = server.commands.at(-1) ?? '';
    return [words.includes('canary'), words.includes('LC_ALL')];
  };
  expect(await wordsOf(text('echo open'))).toEqual([false, true]);
  expect(await wordsOf(text(sh`echo ${secret}`))).toEqual([false, false]);
  expect(await wordsOf(fileAt(`/run/${secret}`))).toEqual([false, false]);
});
