import { bind, type Callable, type Given, type Usual, type Worker } from '../callable.ts';
import { truth } from '../compare.ts';
import { Flaw } from '../flaw.ts';
import { Matcher, type Spans } from '../patterns/match.ts';
import { parsePattern } from '../patterns/parse.ts';
import { groupOf, parseReplacement } from '../patterns/replacement.ts';
import type { Expression } from '../patterns/syntax.ts';
import { textOf } from '../python-text.ts';
import { type Lookup, type Plain, settle, Tuple, type Value } from '../value.ts';

type Content = Plain | Lookup;

/** Filters by regular expressions of Python. */
export const PATTERNS: Readonly<Record<string, Callable<Value>>> = {
  regex_replace: {
    parameters: 'pattern? replacement? ignorecase? multiline?',
    run(input, [pattern = '', replacement = '', ...flags], worker) {
      const search = searchIn(input, pattern, flags, worker);
      return replaced(search, textOf(replacement, worker.budget), worker);
    },
  },
  regex_search: { special: searched },
  regex_findall: {
    parameters: 'regex multiline? ignorecase?',
    run(input, [pattern = '', multiline, ignoreCase], worker) {
      const search = searchIn(input, pattern, [ignoreCase, multiline], worker);
      return allSpans(search).map((spans) => foundText(search, spans));
    },
  },
  regex_escape: {
    parameters: '',
    run: (input, _, { budget }) =>
      textOf(input, budget).replace(/[()[\]{}?*+\-|^$\\.&~# \t\n\r\v\f]/g, '\\$&'),
  },
};

/** A test by a regular expression: that it fits at the start, or anywhere. */
export function patternTest(anywhere: boolean): Usual<boolean> {
  return {
    parameters: 'pattern? ignorecase? multiline?',
    run(input, [pattern = '', ...flags], worker) {
      const { matcher } = searchIn(input, pattern, flags, worker);
      return (anywhere ? matcher.search(0) : matcher.at(0)) !== undefined;
    },
  };
}

interface Search {
  readonly expression: Expression;
  readonly text: readonly string[];
  readonly matcher: Matcher;
}

function searchIn(
  input: Content,
  pattern: Content,
  [ignoreCase = false, multiline = false]: readonly (Content | undefined)[],
  { budget }: Worker,
): Search {
  const flags = { ignoreCase: truth(ignoreCase), multiline: truth(multiline) };
  const expression = parsePattern(textOf(pattern, budget), flags);
  const text = Array.from(textOf(input, budget));
  return { expression, text, matcher: new Matcher(expression, text, budget) };
}

/** All matches, as Python 3.7 finds them: an empty one may follow another, not an empty one. */
function allSpans({ matcher }: Search): readonly Spans[] {
  const all: Spans[] = [];
  let [at, filled] = [0, false];
  for (let spans = matcher.search(at); spans; spans = matcher.search(at, filled)) {
    all.push(spans);
    const [start, end] = spans[0] ?? [0, 0];
    [at, filled] = [end, start === end];
  }
  return all;
}

function spanText({ text }: Search, span: Spans[number]): string | undefined {
  return span && text.slice(...span).join('');
}

function foundText(search: Search, spans: Spans): Value {
  const texts = spans.map((span) => spanText(search, span) ?? '');
  const [all = '', first = all, ...more] = texts;
  return more.length === 0 ? first : Tuple.from([first, ...more]);
}

function replaced(search: Search, replacement: string, { budget }: Worker): string {
  const parts = parseReplacement(replacement, search.expression);
  let result = '';
  let last = 0;
  for (const spans of allSpans(search)) {
    const [start, end] = spans[0] ?? [0, 0];
    const texts = parts.map((part) =>
      typeof part === 'string' ? part : (spanText(search, spans[part]) ?? ''),
    );
    const added = search.text.slice(last, start).join('') + texts.join('');
    budget.reserve(added.length);
    result += added;
    last = end;
  }
  return result + search.text.slice(last).join('');
}

function searched(input: Value, { positional, named }: Given, worker: Worker): Value {
  const [pattern, ...wanted] = positional;
  const given = { positional: pattern === undefined ? [] : [pattern], named };
  const values = bind('regex ignorecase? multiline?', given, 'The filter regex_search');
  const [regex = '', ...flags] = values.map((value) =>
    value === undefined ? value : settle(value),
  );
  const search = searchIn(settle(input), regex, flags, worker);
  const groups = wanted.map((group) =>
    groupOf(groupName(textOf(group, worker.budget)), search.expression),
  );
  const spans = search.matcher.search(0);
  if (spans === undefined) return null;
  if (groups.length === 0) return spanText(search, spans[0]) ?? '';
  return groups.map((group) => spanText(search, spans[group]) ?? null);
}

function groupName(text: string): string {
  const [, name, digits] = /^\\(?:g<(\S+)>|(\d+))/.exec(text) ?? [];
  const group = name ?? digits;
  if (group === undefined) throw new Flaw('A group is not named', "Write '\\1' or '\\g<name>'.");
  return group;
}
