import { closeSync, openSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import type { Host } from '#engine/model/host.ts';
import { askSecret } from './ask-secret.ts';
import { printWarnings } from './print.ts';

/** Asks for what connections to these hosts need, while the terminal is free for it. */
export async function prepareConnections(hosts: readonly Host[]): Promise<void> {
  if (!hosts.some(({ connection }) => connection.transport === 'ssh')) return;
  const { prepareToConnect } = await import('#lib/ssh/prepare-to-connect.ts');
  const questions = hasTerminal() ? { secret: askPassphrase, yes: askYes } : undefined;
  printWarnings(await prepareToConnect(hosts, questions));
}

async function askPassphrase(question: string) {
  return await askSecret(question, 'Let an agent hold the key.');
}

async function askYes(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  try {
    return /^y(es)?$/i.test((await lines.question(question)).trim());
  } finally {
    lines.close();
  }
}

/** Both the one that passphrases are asked on, and the one of stdin. */
function hasTerminal(): boolean {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
  try {
    closeSync(openSync('/dev/tty', 'r+'));
    return true;
  } catch {
    return false;
  }
}
