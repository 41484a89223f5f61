import { classOf, escapedCharacter, type Fits, inEitherCase, wrong } from './characters.ts';
import type { PatternText } from './pattern-text.ts';

/** Parses what stands between [ and ]; the [ has been read. */
export function parseSet(text: PatternText, ignoreCase: boolean): Fits {
  const negated = text.take('^');
  const choices: Fits[] = [];
  for (let first = true; first || !text.take(']'); first = false) choices.push(range(text));
  const fits: Fits = (each) => choices.some((choice) => choice(each));
  const either = ignoreCase ? inEitherCase(fits) : fits;
  return negated ? (each) => !either(each) : either;
}

function range(text: PatternText): Fits {
  const from = member(text);
  if (!text.sees('-') || text.ahead(2) === '-]' || text.ahead(2) === '-') return fitsOf(from);
  text.next();
  const to = member(text);
  if (typeof from !== 'string' || typeof to !== 'string') throw wrong('A range has no ends');
  const [low, high] = [codeOf(from), codeOf(to)];
  if (low > high) throw wrong('A range is the wrong way round');
  return (each) => codeOf(each) >= low && codeOf(each) <= high;
}

function member(text: PatternText): string | Fits {
  const character = text.next();
  if (character !== '\\') return character;
  const letter = text.next();
  return classOf(letter) ?? (letter === 'b' ? '\b' : escapedCharacter(letter));
}

function fitsOf(character: string | Fits): Fits {
  return typeof character === 'string' ? (each) => each === character : character;
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}
