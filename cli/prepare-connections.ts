import { closeSync, openSync } from 'node:fs';
import type { Host } from '#engine/model/host.ts';
import { openExpected } from '#engine/model/redaction.ts';
import type { Connections } from '#lib/ssh/index.ts';
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
  printWarnings(await connections.prepare(hosts, hasTerminal() ? QUESTIONS : undefined));
}

/** What asks is loaded with the first question. */
const QUESTIONS = {
  secret: async (question: string) =>
    await (await import('./ask.ts')).askSecret(question, 'Let an agent hold the key.'),
  yes: async (question: string) =>
    await (await import('./ask.ts')).askYes(question, process.stderr),
};

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
