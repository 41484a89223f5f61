/** The characters that letters after a backslash stand for in Python. */
export const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/**
 * Characters that nobody sees, or that change how others are seen: control characters, those that turn
 * the direction of a text, have no width or end a line, and halves of others.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Whether a name is not what it looks like. */
export function hasUnseen(text: string): boolean {
  return UNSEEN.test(text);
}
