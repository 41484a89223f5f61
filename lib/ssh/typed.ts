import { quote } from '#engine/shell/quote.ts';

/**
 * What a login shell is told so that sh runs the script: one line, whose quotes mean the same to sh, csh
 * and fish. csh takes no line feed and no `!` in quotes, and fish reads backslashes there.
 */
export function typed(script: string): string {
  return `exec sh -c 'exec sh -c "$(printf %b "$1")"' sh ${quote(spelled(script))}`;
}

/** As the %b of printf reads it: what is not a plain character of ASCII is a number. */
function spelled(script: string): string {
  return script.replace(/[^ -~]|[!'\\]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `\\0${byte.toString(8).padStart(3, '0')}`).join(''),
  );
}
