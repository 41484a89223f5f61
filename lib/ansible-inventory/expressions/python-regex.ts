import { type Context, createContext, Script } from 'node:vm';

/** As Python's re.IGNORECASE and re.MULTILINE. */
interface RegexFlags {
  readonly ignoreCase?: boolean;
  readonly multiline?: boolean;
}

/**
 * Python's regular expression as one of JavaScript, to be given to `findIn`. Undefined for what is
 * none, or means something that JavaScript has no word for.
 */
export function pythonRegex(
  source: string,
  { ignoreCase = false, multiline = false }: RegexFlags = {},
): RegExp | undefined {
  const [, inline = '', body = source] = /^\(\?([ims]+)\)(.*)$/s.exec(source) ?? [];
  const flags = `${inline}${ignoreCase ? 'i' : ''}${multiline ? 'm' : ''}`;
  const tokens = body.match(TOKEN) ?? [];
  if (tokens.join('') !== body) return undefined;
  const parts = tokens.map((token) => translated(token, flags));
  if (parts.includes(undefined)) return undefined;
  try {
    return new RegExp(parts.join(''), flags.includes('i') ? 'giu' : 'gu');
  } catch {
    return undefined;
  }
}

/** Some expressions need years. */
const PATIENCE_MS = 1000;

/**
 * What an expression finds in each text, at most so many times. Undefined where all of it takes longer
 * than a second, which is the longest that a heartbeat can wait, or more than the engine can do.
 */
export function findIn(
  texts: readonly string[],
  expression: RegExp,
  most: number,
): readonly (readonly RegExpExecArray[])[] | undefined {
  context ??= createContext({});
  try {
    return SEARCH.runInContext(Object.assign(context, { texts, expression, most }), {
      timeout: PATIENCE_MS,
    });
  } catch {
    return undefined;
  }
}

const SEARCH = new Script('texts.map((text) => [...text.matchAll(expression).take(most)])');

/** To make one takes milliseconds, for each host and each search in its variables. */
let context: Context | undefined;

const TOKEN =
  /\\[\s\S]|\[\^?\]?(?:\\[\s\S]|[^\]\\])*\]|\(\?P<\w+>|\(\?P=\w+\)|\(\?(?:<?[=!]|:)|\((?!\?)|\{\d+,?\d*\}?|\{,\d*\}|[\s\S]/gu;

function translated(token: string, flags: string): string | undefined {
  if (token === '(?P' || token === '(?' || token === '[') return undefined;
  if (token === '.') return flags.includes('s') ? String.raw`[\s\S]` : String.raw`[^\n]`;
  if (token === '^') return flags.includes('m') ? String.raw`(?<![^\n])` : START;
  if (token === '$') return flags.includes('m') ? String.raw`(?![^\n])` : String.raw`(?=\n?${END})`;
  if (token.startsWith('\\')) return escaped(token, OUTSIDE);
  if (token.startsWith('[')) return set(token);
  if (token.startsWith('(?P<')) return `(?<${token.slice(4)}`;
  if (token.startsWith('(?P=')) return `\\k<${token.slice(4, -1)}>`;
  // Python's {,3} counts from none, and a brace that counts nothing stands for itself.
  if (token.startsWith('{,')) return `{0${token.slice(1)}`;
  if (/^\{\d+,?\d*$/.test(token)) return undefined;
  return /^[\]{}]$/.test(token) ? `\\${token}` : token;
}

const START = String.raw`(?<![\s\S])`;
const END = String.raw`(?![\s\S])`;
/** Classes of characters: Python's are Unicode's. */
const WORD = String.raw`\p{L}\p{N}_`;
/** For a set. */
export const SPACE = String.raw`\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`;

const INSIDE: Readonly<Record<string, string>> = {
  w: WORD,
  d: String.raw`\p{Nd}`,
  D: String.raw`\P{Nd}`,
  s: SPACE,
  '-': String.raw`\-`,
  ...Object.fromEntries([...'nrtfv'].map((letter) => [letter, `\\${letter}`])),
  a: String.raw`\x07`,
};
const OUTSIDE: Readonly<Record<string, string>> = {
  ...INSIDE,
  w: `[${WORD}]`,
  W: `[^${WORD}]`,
  s: `[${SPACE}]`,
  S: `[^${SPACE}]`,
  b: `(?:(?<=[${WORD}])(?![${WORD}])|(?<![${WORD}])(?=[${WORD}]))`,
  B: `(?:(?<=[${WORD}])(?=[${WORD}])|(?<![${WORD}])(?![${WORD}]))`,
  A: START,
  Z: END,
  '-': '-',
};

function escaped(token: string, classes: Readonly<Record<string, string>>): string | undefined {
  const character = token.slice(1);
  const known = classes[character];
  if (known !== undefined) return known;
  if (/[1-9]/.test(character) && classes === OUTSIDE) return token;
  if (/[\p{L}\p{N}]/u.test(character)) return undefined;
  return /[\^$\\.*+?()[\]{}|/]/.test(character) ? token : character;
}

function set(token: string): string | undefined {
  const [, not = '', body = ''] = /^\[(\^?)([\s\S]*)\]$/.exec(token) ?? [];
  const parts = (body.match(/\\[\s\S]|[\s\S]/gu) ?? []).map((part) => {
    if (part.length > 1 && part.startsWith('\\')) return escaped(part, INSIDE);
    return /[[\]^]/.test(part) ? `\\${part}` : part;
  });
  return parts.includes(undefined) ? undefined : `[${not}${parts.join('')}]`;
}
