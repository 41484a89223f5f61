/**
 * As Python's fnmatch: `*`, `?`, `[abc]`, `[!abc]`; a bracket without an end is a character. Each star
 * but the last takes as little as it can and keeps it: the time is linear, however many there are.
 */
export function globExpression(glob: string): RegExp {
  const [first = '', ...rest] = glob.split(/\*+(?![^[]*\])/).map(fixed);
  const last = rest.pop();
  const middle = rest.map((part, index) => `(?=(.*?${part}))\\${index + 1}`).join('');
  return compile(`^${first}${last === undefined ? '' : `${middle}.*${last}`}$`) ?? NOTHING;
}

function fixed(part: string): string {
  return part.replace(/\?|\[(!?)(\]?[^\]]*)\]|[\\^$.|+(){}[\]*/]/g, (text, not, set) => {
    if (text === '?') return '.';
    if (set === undefined) return `\\${text}`;
    return `[${not ? '^' : ''}${set.replace(/[\\\]^[]/g, '\\$&')}]`;
  });
}

const NOTHING = /(?!)/;

/** A set such as [z-a] is no expression, and matches nothing. */
function compile(source: string): RegExp | undefined {
  try {
    return new RegExp(source, 'su');
  } catch {
    return undefined;
  }
}
