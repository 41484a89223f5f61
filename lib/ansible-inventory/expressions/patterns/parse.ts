import {
  classOf,
  escapedCharacter,
  type Fits,
  inEitherCase,
  unsupported,
  wrong,
} from './characters.ts';
import { parseSet } from './parse-set.ts';
import { PatternText } from './pattern-text.ts';
import type { Bounds, Expression, Flags, Pattern } from './syntax.ts';

const DEEPEST = 20;
const MOST_TIMES = 1000;

/** Parses a regular expression as Python does. Throws a Flaw for what is wrong, or not understood. */
export function parsePattern(text: string, flags: Flags): Expression {
  return new PatternParser(text, flags).parse();
}

class PatternParser {
  readonly #text: PatternText;
  readonly #flags: Flags;
  readonly #names = new Map<string, number>();
  #groups = 0;
  #depth = 0;

  constructor(text: string, flags: Flags) {
    this.#text = new PatternText(text);
    this.#flags = flags;
  }

  parse(): Expression {
    const pattern = this.#choice();
    if (!this.#text.done) throw wrong('A ) closes no group');
    return { pattern, groups: this.#groups, names: this.#names };
  }

  #choice(): Pattern {
    this.#depth += 1;
    if (this.#depth > DEEPEST) throw wrong('It is nested too deeply');
    const options = [this.#sequence()];
    while (this.#text.take('|')) options.push(this.#sequence());
    this.#depth -= 1;
    const [only] = options;
    return options.length === 1 && only ? only : { kind: 'choice', options };
  }

  #sequence(): Pattern {
    const parts: Pattern[] = [];
    while (!this.#text.done && !this.#text.sees('|') && !this.#text.sees(')')) {
      parts.push(this.#repeated(this.#single()));
    }
    return { kind: 'sequence', parts };
  }

  #single(): Pattern {
    const character = this.#text.next();
    switch (character) {
      case '(':
        return this.#group();
      case '[':
        return { kind: 'set', fits: parseSet(this.#text, this.#flags.ignoreCase) };
      case '\\':
        return this.#escape();
      case '.':
        return { kind: 'set', fits: (each) => each !== '\n' };
      case '^':
        return { kind: this.#flags.multiline ? 'lineStart' : 'textStart' };
      case '$':
        return { kind: this.#flags.multiline ? 'lineEnd' : 'end' };
      case '*':
      case '+':
      case '?':
        throw wrong(`A ${character} repeats nothing`);
      default:
        return this.#literal(character);
    }
  }

  #literal(character: string): Pattern {
    return this.#fitting((each) => each === character);
  }

  #fitting(fits: Fits): Pattern {
    return { kind: 'set', fits: this.#flags.ignoreCase ? inEitherCase(fits) : fits };
  }

  #escape(): Pattern {
    const letter = this.#text.next();
    const fits = classOf(letter);
    if (fits !== undefined) return { kind: 'set', fits };
    if (letter === 'b') return { kind: 'border' };
    if (letter === 'B') return { kind: 'noBorder' };
    if (letter === 'A') return { kind: 'textStart' };
    if (letter === 'Z') return { kind: 'textEnd' };
    return this.#literal(escapedCharacter(letter));
  }

  #group(): Pattern {
    if (!this.#text.take('?')) return this.#numbered();
    if (this.#text.take(':')) return this.#closed(this.#choice());
    if (this.#text.take('='))
      return { kind: 'ahead', inner: this.#closed(this.#choice()), wanted: true };
    if (this.#text.take('!'))
      return { kind: 'ahead', inner: this.#closed(this.#choice()), wanted: false };
    if (this.#text.take('P') && this.#text.take('<')) {
      this.#names.set(this.#name(), this.#groups + 1);
      return this.#numbered();
    }
    throw unsupported('(?…)');
  }

  #numbered(): Pattern {
    this.#groups += 1;
    const index = this.#groups;
    return { kind: 'group', index, inner: this.#closed(this.#choice()) };
  }

  #name(): string {
    let name = '';
    while (!this.#text.take('>')) name += this.#text.next();
    if (!/^[A-Za-z_]\w*$/.test(name) || this.#names.has(name))
      throw wrong('A name of a group is wrong');
    return name;
  }

  #closed(inner: Pattern): Pattern {
    if (!this.#text.take(')')) throw wrong('A group has no end');
    return inner;
  }

  #repeated(inner: Pattern): Pattern {
    const bounds = this.#bounds();
    if (bounds === undefined) return inner;
    if (!['set', 'group', 'sequence', 'choice'].includes(inner.kind))
      throw unsupported('A repeated position');
    const greedy = !this.#text.take('?');
    if (this.#text.sees('+') || this.#text.sees('*') || this.#text.sees('?') || this.#bounds())
      throw wrong('A repetition is repeated');
    return { kind: 'repeat', inner, bounds: { ...bounds, greedy } };
  }

  #bounds(): Omit<Bounds, 'greedy'> | undefined {
    if (this.#text.take('*')) return { least: 0, most: Infinity };
    if (this.#text.take('+')) return { least: 1, most: Infinity };
    if (this.#text.take('?')) return { least: 0, most: 1 };
    const [all, least = '', comma, most = ''] =
      /^\{(\d*)(,?)(\d*)\}/.exec(this.#text.ahead(12)) ?? [];
    if (all === undefined || (least === '' && comma === '')) return undefined;
    this.#text.skip(all.length);
    const low = Number(least);
    const high = comma === '' ? low : most === '' ? Infinity : Number(most);
    if (low > high || low > MOST_TIMES || (high > MOST_TIMES && high !== Infinity)) {
      throw wrong('A repetition has bounds that are out of order or too large');
    }
    return { least: low, most: high };
  }
}
