/**
 * C0 but the tab, DEL, C1, and what reorders or hides text. Joiners stay: scripts and emoji need them.
 */
const HARMFUL =
  /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r' };

/** Text that came from elsewhere, as one line that cannot steer a terminal. A tab stays a tab. */
export function escapeControl(text: string): string {
  return text
    .toWellFormed()
    .replace(HARMFUL, (character) => SHORT[character] ?? escaped(character));
}

/** The lines of a text, each of them escaped; an end of line at the end makes no empty line. */
export function escapeLines(text: string): readonly string[] {
  return text
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .map(escapeControl);
}

function escaped(character: string): string {
  const code = character.charCodeAt(0).toString(16);
  return code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`;
}

/** JSON text, with what a terminal would obey written as `\uXXXX`: the same JSON still. */
export function escapeJson(json: string): string {
  return json.replace(
    HARMFUL,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
