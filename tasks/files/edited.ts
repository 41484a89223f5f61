import type { Write } from '#engine/model/command.ts';
import type { FileFact } from '#engine/reads/file.ts';

/** Writes a file of rota's own: root's, which all may read. */
export function ownFile(path: string, body: string): Write {
  return { kind: 'write', path, body, mode: '0644', owner: 'root:root' };
}

/** Writes a text file that others write, too, with another content: its mode and its owner stay. */
export function rewrite(path: string, there: FileFact, body: string): Write {
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
