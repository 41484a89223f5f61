/**
 * Python's regular expression as one that finds what `re.match` does: from the beginning of a text, to
 * wherever. Undefined for what is none, or means something that JavaScript has no word for.
 */
export function pythonRegex(source: string): RegExp | undefined {
  const [, flags = '', body = source] = /^\(\?([ims]+)\)(.*)$/s.exec(source) ?? [];
  const tokens = body.match(TOKEN) ?? [];
  if (tokens.join('') !== body) return undefined;
  const parts = tokens.map(translate);
  if (parts.includes(undefined)) return undefined;
  try {
    return new RegExp(`^(?:${parts.join('')})`, `u${[...new Set(flags)].join('')}`);
  } catch {
    return undefined;
  }
}

const TOKEN =
  /\\[\s\S]|\[\^?\]?(?:\\[\s\S]|[^\]\\])*\]|\(\?P<\w+>|\(\?P=\w+\)|\(\?(?:<?[=!]|:)|\((?!\?)|\{\d*,?\d*\}|[\s\S]/gu;

function translate(token: string): string | undefined {
  if (token === '(?P' || token === '(?' || token === '[') return undefined;
  if (token.startsWith('\\')) return escaped(token, OUTSIDE);
  if (token.startsWith('[')) return set(token);
  if (token.startsWith('(?P<')) return `(?<${token.slice(4)}`;
  if (token.startsWith('(?P=')) return `\\k<${token.slice(4, -1)}>`;
  // Python's {,3} counts from none.
  if (/^\{,\d+\}$/.test(token)) return `{0${token.slice(1)}`;
  return token === ']' || token === '}' ? `\\${token}` : token;
}

/** Classes of characters: Python's are Unicode's. */
const OUTSIDE: Readonly<Record<string, string>> = {
  w: String.raw`[\p{L}\p{N}_]`,
  W: String.raw`[^\p{L}\p{N}_]`,
  d: String.raw`\p{Nd}`,
  D: String.raw`\P{Nd}`,
  s: String.raw`\s`,
  S: String.raw`\S`,
  b: String.raw`\b`,
  B: String.raw`\B`,
  A: '^',
  Z: '$',
};
const INSIDE: Readonly<Record<string, string>> = {
  w: String.raw`\p{L}\p{N}_`,
  d: String.raw`\p{Nd}`,
  D: String.raw`\P{Nd}`,
  s: String.raw`\s`,
  S: String.raw`\S`,
  '-': String.raw`\-`,
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
