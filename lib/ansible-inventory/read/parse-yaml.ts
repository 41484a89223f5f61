import { Composer, type CST, type Document, Lexer, LineCounter, Parser } from 'yaml';
import type { Origin } from '#engine/model/host.ts';
import { type Problems, sentence } from '../problems.ts';
import type { Vault } from '../secrets/vault.ts';
import { buildTree, QUOTE_EXPRESSION } from './build-tree.ts';
import type { Source } from './read-scalar.ts';
import type { Tree } from './tree.ts';

/** Where to put what is found wrong, and what only deserves a warning. */
export interface Findings {
  readonly problems: Problems;
  readonly warnings: Problems;
  /** Opens what ansible-vault encrypted; left out: nothing can be opened. */
  readonly vault?: Vault | undefined;
  /** Told what a long wait is for. */
  readonly onWait?: ((what: string) => void) | undefined;
}

/** A document, and what is needed to make values of it. */
export interface ParsedText {
  readonly document: Document.Parsed;
  readonly source: Source;
}

/**
 * Reads YAML as PyYAML and Ansible do, JSON as JSON. Undefined, with problems added, when the text
 * cannot be read; a file with nothing in it is null.
 */
export function parseYaml(text: string, file: string, findings: Findings): Tree | undefined {
  const parsed = parseText(text, file, findings);
  return parsed && buildTree(parsed.document, parsed.source);
}

/** The first half of the same: what a scalar means is still open. */
export function parseText(text: string, file: string, findings: Findings): ParsedText | undefined {
  const lines = new LineCounter();
  const originOf = (offset: number): Origin => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const read = readTokens(text, lines);
  if ('what' in read) {
    findings.problems.add(read.what, originOf(read.offset), read.fix);
    return undefined;
  }
  const source = { text, originOf, ...findings };
  const document = onlyDocument(read.tokens, source);
  return document && { document, source: { ...source, json: isJson(text) } };
}

/** YAML is what PyYAML makes of it, so scalars are left as text here, and keys may repeat. */
const OPTIONS = {
  schema: 'failsafe',
  resolveKnownTags: false,
  uniqueKeys: false,
  merge: false,
  logLevel: 'silent',
  prettyErrors: false,
} as const;

function onlyDocument(
  tokens: readonly CST.Token[],
  { text, originOf, problems }: Omit<Source, 'json'>,
): Document.Parsed | undefined {
  const [document, second] = [...new Composer(OPTIONS).compose(tokens, true)];
  const [error] = document?.errors ?? [];
  if (error !== undefined) {
    problems.add('The file is not valid YAML', originOf(error.pos[0]), yamlMend(error, text));
    return undefined;
  }
  if (second !== undefined) {
    const fix = 'Put each document into a file of its own.';
    problems.add('The file has more than one document', originOf(second.range[0]), fix);
    return undefined;
  }
  return document;
}

type YamlError = Document.Parsed['errors'][number];

/** How a text with this error of the parser is mended; what that says, where it is all there is. */
export function yamlMend(error: YamlError, text: string): string {
  const { code, message, pos } = error;
  const start = text.lastIndexOf('\n', pos[0] - 1) + 1;
  const line = /.*/.exec(text.slice(start))?.[0] ?? '';
  const isFirst = text.slice(start, pos[0]).trim() === '';
  if (isFirst && /^ *-[^ -]/.test(line)) return 'Put a blank behind the - of the item.';
  if (/^[^"'#]*(?:: |- |[[,{] *)\{[{%]/.test(line)) return QUOTE_EXPRESSION;
  if (code === 'MULTILINE_IMPLICIT_KEY' && /:\p{Zs}/u.test(line.replaceAll(' ', '')))
    return 'Put a plain blank behind the colon: this one is of another kind.';
  if (isFirst && /at node end|in YAML stream: "[^:]/.test(message)) return OTHER_COLUMN;
  const byMessage = BY_MESSAGE.find(([part]) => part.test(message))?.[1];
  return byMessage ?? BY_CODE[code] ?? sentence(message);
}

const OTHER_COLUMN = 'Begin the line in the column of those that it belongs to.';

/** Of codes that several errors have. */
const BY_MESSAGE: readonly (readonly [part: RegExp, mend: string])[] = [
  [
    /^Unexpected block-seq-ind/,
    'Begin the list on the line below the key, or put the value in quotes.',
  ],
  [/^Unexpected flow-\S*-end/, 'Put the value in quotes, or remove what closes nothing.'],
  [/^Unexpected map-value-ind/, 'Put a key before the colon, on the same line.'],
  [
    /^Unexpected .* (?:at node end|token)/,
    'Put the whole value in quotes: what begins with a quote, [ or { ends where that is closed.',
  ],
  [/^Sequence item without/, 'Begin each item of the list with - and a blank.'],
  [
    /^Implicit map keys/,
    'Put a colon and a blank behind the key; what goes on with the value above stands further right than its key.',
  ],
  [
    /^(?:Not a YAML token|Block scalar header)/,
    'Begin the text on the line below | or >, or put the value in quotes.',
  ],
  [/^Comments must/, 'Put a blank before the #, or the value in quotes.'],
  [/^Missing closing/, 'Close the quote that is open.'],
  [/^All (?:mapping|sequence) items/, OTHER_COLUMN],
  [
    /^Flow /,
    'Close the { with } or the [ with ]; what is in it stands further right than its key.',
  ],
];

const BY_CODE: Partial<Readonly<Record<YamlError['code'], string>>> = {
  BAD_DQ_ESCAPE: 'Write the backslash twice, or use single quotes.',
  BAD_SCALAR_START: 'Put the value in quotes: only so may it begin with this.',
  BLOCK_AS_IMPLICIT_KEY:
    'Put the value in quotes if it has a colon in it; else begin the line in the column of those that it belongs to.',
  BLOCK_IN_FLOW:
    'Put a value that has a colon in it, or begins with -, in quotes; between { and }, write a list as [a, b].',
  MULTILINE_IMPLICIT_KEY: 'Put a colon and a blank behind the key.',
  MULTIPLE_DOCS: 'Leave one document in it.',
  TAB_AS_INDENT: 'Indent with blanks instead of tabs.',
};

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const DEEPEST = 100;
/** A lexeme costs up to a KiB of memory until a file has been read. */
const MOST_LEXEMES = 400_000;

/** The parser's tokens of a text, or the first place at which there is too much of it. */
type Lexed =
  | { readonly tokens: readonly CST.Token[] }
  | { readonly what: string; readonly offset: number; readonly fix: string };

/** Splits YAML into tokens, of no more and no deeper structure than can be read from there on. */
function readTokens(text: string, lines: LineCounter): Lexed {
  const tokens: CST.Token[] = [];
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  let [lexemes, offset] = [0, 0];
  for (const lexeme of new Lexer().lex(text)) {
    lexemes += 1;
    if (lexemes > MOST_LEXEMES) {
      const fix = `Split it: at most ${MOST_LEXEMES} words, marks and ends of lines are read.`;
      return { what: 'The file is too large', offset, fix };
    }
    offset += lexeme.length;
    tokens.push(...parser.next(lexeme));
    // Beside the collections that are open, it holds the document.
    if (parser.stack.length > DEEPEST + 1) return tooDeep(offset);
  }
  tokens.push(...parser.end());
  const deep = offsetBelow(tokens);
  return deep === undefined ? { tokens } : tooDeep(deep);
}

function tooDeep(offset: number): Lexed {
  const fix = `At most ${DEEPEST} levels are read.`;
  return { what: 'The file is nested too deeply', offset, fix };
}

/** The parser's tokens are walked without recursion, unlike all that comes later. */
function offsetBelow(tokens: readonly CST.Token[]): number | undefined {
  const stack = tokens.map((token) => ({ token, depth: 0 }));
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { token, depth } = top;
    if (depth > DEEPEST) return token.offset;
    for (const child of childrenOf(token)) stack.push({ token: child, depth: depth + 1 });
  }
  return undefined;
}

function childrenOf(token: CST.Token): readonly CST.Token[] {
  if (token.type === 'document') return token.value === undefined ? [] : [token.value];
  if (!('items' in token)) return [];
  return token.items.flatMap(({ key, value }) => [key, value]).filter((child) => child != null);
}
