/** A text without the characters at its end that fit. A regular expression would take long for some. */
export function withoutTrailing(text: string, fits: (character: string) => boolean): string {
  let end = text.length;
  while (end > 0 && fits(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/** How many newlines a text ends with. */
export function trailingNewlines(text: string): number {
  return text.length - withoutTrailing(text, (character) => character === '\n').length;
}
