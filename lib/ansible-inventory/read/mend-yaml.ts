import type { ErrorCode, YAMLParseError } from 'yaml';
import { sentence } from '../problems.ts';

/** For what begins with {{: YAML takes it for a mapping. */
export const QUOTE_EXPRESSION = 'Put the value in quotes: "{{ … }}".';

/** How a text is mended that is no YAML, by its first error; what the parser says, where that is all there is. */
export function mendOf({ code, message, pos: [offset] }: YAMLParseError, text: string): string {
  const line = lineAt(text, offset);
  if (/^[^"'#]*(?:: |- |[[,{] *)\{[{%]/.test(line)) return QUOTE_EXPRESSION;
  if (code === 'MULTILINE_IMPLICIT_KEY' && /:\p{Zs}/u.test(line.replaceAll(' ', '')))
    return 'Put a plain blank behind the colon: this one is of another kind.';
  const byMessage = BY_MESSAGE.find(([part]) => message.startsWith(part))?.[1];
  return byMessage ?? BY_CODE[code] ?? sentence(message);
}

function lineAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return /.*/.exec(text.slice(start))?.[0] ?? '';
}

/** Of codes that several errors have. */
const BY_MESSAGE: readonly (readonly [start: string, mend: string])[] = [
  [
    'Unexpected scalar at node end',
    'Put the whole value in quotes: what begins with a quote, [ or { ends where that is closed.',
  ],
  [
    'Unexpected block-seq-ind',
    'Begin the list on the line below the key, or put the value in quotes.',
  ],
  ['Unexpected flow-', 'Put the value in quotes, or remove what closes nothing.'],
  ['Not a YAML token', 'Begin the text on the line below | or >, or put the value in quotes.'],
  ['Block scalar header', 'Begin the text on the line below | or >, or put the value in quotes.'],
  ['Comments must', 'Put a blank before the #, or the value in quotes.'],
  ['Missing closing', 'Close the quote that is open.'],
  ['All mapping items', 'Begin the line in the column of those that it belongs to.'],
  [
    'Flow map in',
    'Close the { with a }; what is in between stands further to the right than its key.',
  ],
  [
    'Flow sequence in',
    'Close the [ with a ]; what is in between stands further to the right than its key.',
  ],
];

const BY_CODE: Partial<Readonly<Record<ErrorCode, string>>> = {
  BAD_DQ_ESCAPE: 'Write the backslash twice, or use single quotes.',
  BAD_SCALAR_START: 'Put the value in quotes: only so may it begin with this.',
  BLOCK_AS_IMPLICIT_KEY:
    'Put the value in quotes if it has a colon in it; else begin the line in the column of those that it belongs to.',
  BLOCK_IN_FLOW:
    'Put a value that has a colon in it, or begins with -, in quotes; between { and }, write a list as [a, b].',
  MULTILINE_IMPLICIT_KEY: 'Put a colon and a blank behind the key.',
  TAB_AS_INDENT: 'Indent with blanks instead of tabs.',
};
