import { ESCAPES } from '../read/escapes.ts';
import { Flaw } from './flaw.ts';

const SIMPLE: Readonly<Record<string, string>> = {
  ...ESCAPES,
  '\\': '\\',
  "'": "'",
  '"': '"',
  '\n': '',
};

/** What a quoted text of Python stands for; undefined where its prefix makes it no plain text. */
export function literalText(prefix: string, quoted: string): string | undefined {
  const marks = /^('''|""")/.test(quoted) ? 3 : 1;
  const inner = quoted.slice(marks, -marks);
  if (prefix === 'r') return inner;
  if (prefix.includes('b')) {
    throw new Flaw('A text reads as bytes of Python', 'Use texts alone in lists and mappings.');
  }
  if (prefix !== '' && prefix !== 'u') return undefined;
  return inner.replace(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3})|([\s\S]))/gu,
    (all, two?: string, four?: string, eight?: string, octal?: string, other?: string) => {
      const hex = two ?? four ?? eight;
      if (hex !== undefined) return characterOf(Number.parseInt(hex, 16));
      if (octal !== undefined) return characterOf(Number.parseInt(octal, 8));
      if (other !== undefined && /[xuUN]/.test(other)) {
        throw new Flaw('A text has an escape that cannot be read', `Mend the \\${other} in it.`);
      }
      return SIMPLE[other ?? ''] ?? all;
    },
  );
}

function characterOf(code: number): string {
  if (code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)) return String.fromCodePoint(code);
  throw new Flaw('A text has an escape that is no character', 'Mend the \\u or \\U in it.');
}
