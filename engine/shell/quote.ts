/** One word for POSIX sh, whatever is in it. NUL cannot be in a word: it is an error. */
export function quote(word: string): string {
  if (word.includes('\0')) throw new TypeError('A shell word cannot hold a NUL character');
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

type ShellValue = string | number | readonly string[];

/** A piece of POSIX sh in which every value is one quoted word, and every list its quoted words. */
export function sh(script: TemplateStringsArray, ...values: readonly ShellValue[]): string {
  return String.raw({ raw: script }, ...values.map(words));
}

function words(value: ShellValue): string {
  return Array.isArray(value) ? value.map(quote).join(' ') : quote(String(value));
}
