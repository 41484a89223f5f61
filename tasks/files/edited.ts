import { ownFile, type Write } from '#engine/model/command.ts';
import type { Text } from '#engine/model/secret.ts';
import type { FileFact } from '#engine/reads/file.ts';

/** Writes a text file that others write, too, with another content: its mode and its owner stay. */
export function rewrite(path: string, there: FileFact, body: Text): Write {
  const write = ownFile(path, body);
  return there.type === 'file' ? { ...write, mode: there.mode, owner: there.owner } : write;
}

/** The lines of a text, without their ends. */
export function splitLines(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

export function joinLines(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
