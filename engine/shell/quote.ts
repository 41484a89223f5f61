import { Failure } from '#engine/model/failure.ts';

/** One word for POSIX sh, whatever is in it but NUL. */
export function quote(word: string): string {
  requireNoNul(word);
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Throws the Failure of what no path, argument or script can hold, nor a file that is made of one. */
export function requireNoNul(text: string, where?: string): void {
  if (!text.includes('\0')) return;
  throw new Failure('A NUL character cannot be given to a host', {
    where,
    fix: 'Take it out of the variable or the task that it comes from.',
  });
}

type ShellValue = string | number | readonly string[];

/** A piece of POSIX sh in which every value is one quoted word, and every list its quoted words. */
export function sh(script: TemplateStringsArray, ...values: readonly ShellValue[]): string {
  return String.raw({ raw: script }, ...values.map(words));
}

function words(value: ShellValue): string {
  return Array.isArray(value) ? value.map(quote).join(' ') : quote(String(value));
}
