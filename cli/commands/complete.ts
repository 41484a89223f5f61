import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { Failure } from '#engine/model/failure.ts';
import { completionLines } from '../complete/completion-lines.ts';
import { ROOT } from '../package.ts';

const SHELLS = ['bash', 'zsh', 'fish'];

export function define(command: Command) {
  command
    .argument('<shell>', `the one that is to complete rota: ${SHELLS.join(', ')}`)
    .argument('[words...]', 'after --: what it asks for, the last word being the one to complete');
  return async (shell: string, words: readonly string[]) => {
    const { parent: rota } = command;
    return rota === null || words.length === 0
      ? await printScript(shell)
      : await answer(rota, words);
  };
}

/** What makes a shell ask rota for the words that fit. */
async function printScript(shell: string): Promise<number> {
  if (!SHELLS.includes(shell))
    throw new Failure('There is no completion for that shell', {
      where: shell,
      fix: `Use one of ${SHELLS.join(', ')}.`,
    });
  process.stdout.write(await readFile(join(ROOT, `templates/completion/rota.${shell}`), 'utf8'));
  return 0;
}

/** Tells the words that fit; none, where something is wrong: nobody would read what. */
async function answer(rota: Command, words: readonly string[]): Promise<number> {
  try {
    const lines = await completionLines(rota, words);
    process.stdout.write(lines.map((line) => `${line}\n`).join(''));
    return 0;
  } catch {
    return 1;
  }
}
