import type { Command } from 'commander';
import { commandFile } from '../program.ts';
import { candidatesFor, FILES } from './candidates.ts';
import { type Candidate, slotOf } from './slot.ts';

/** What may stand in place of the last word: a line each, with a tab and what it is, or `:files`. */
export async function completionLines(
  rota: Command,
  words: readonly string[],
): Promise<readonly string[]> {
  const found = await candidatesFor(await slotOf(rota, words, defineAlone));
  return found === FILES ? [FILES] : found.map(lineOf);
}

async function defineAlone(command: Command): Promise<void> {
  const { define } = await commandFile(command.name());
  define(command, () => {});
}

function lineOf({ word, text }: Candidate): string {
  return [word, ...(text ? [text] : [])].map((part) => part.replaceAll(/\p{Cc}/gu, ' ')).join('\t');
}
