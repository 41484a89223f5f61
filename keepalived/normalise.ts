import { createHash } from 'node:crypto';
import { reveal, type Text } from '#engine/model/secret.ts';

/**
 * A keepalived.conf in a form that two texts share when they configure the same. keepalived 2.2.7
 * keeps what it read as /memfd:/keepalived/consolidated_configuration: the same lines without
 * indentation, spaces at the end and comments, a comment with the file's name before them and `!`
 * after them, and the lines of an included file in place of its `include`. So a file that includes
 * another never equals what was read. Equal texts say that keepalived read the file, not that it
 * runs with it: `reload_check_config` refuses a file only after it was read (`isLoaded`, process.ts).
 */
export function normaliseConfig(text: string): string {
  return text
    .split('\n')
    .map((line) => withoutComment(line).trim())
    .filter((line) => line !== '')
    .map((line) => `${line}\n`)
    .join('');
}

/** A comment begins with # or ! anywhere, also inside a word, but not between double quotes. */
function withoutComment(line: string): string {
  const [code = ''] = /^(?:"(?:\\.|[^"\\])*(?:"|$)|\\.|[^"#!\\]|\\$)*/.exec(line) ?? [];
  return code;
}

/** The same for `sed -E`, so that a host can compare them. Without a single quote in it. */
export const NORMALISE_SED = String.raw`s/^(("(\\.|[^"\\])*"|\\.|[^"#!\\])*)[#!].*$/\1/
s/^[[:space:]]+//
s/[[:space:]]+$//
/^$/d`;

/** A short name for a configuration, equal for equal ones, as the file has it or keepalived keeps it. */
export function configurationMark(text: Text): string {
  return createHash('sha256')
    .update(normaliseConfig(reveal(text)))
    .digest('hex')
    .slice(0, 12);
}
