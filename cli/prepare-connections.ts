import { closeSync, openSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import type { Host } from '#engine/model/host.ts';
import { openExpected } from '#engine/model/redaction.ts';
import type { Connections } from '#lib/ssh/index.ts';
import { askSecret } from './ask-secret.ts';
import { printWarnings } from './print.ts';

/**
 * Asks for what sessions with these hosts need, while the terminal is free for it, and makes sure that
 * no host's words show a secret of the inventory.
 */
export async function prepareConnections(
  connections: Connections,
  hosts: readonly Host[],
): Promise<void> {
  openExpected();
  const questions = hasTerminal() ? { secret: askPassphrase, yes: askYes } : undefined;
  printWarnings(await connections.prepare(hosts, questions));
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
