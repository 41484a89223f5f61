import { Flaw } from './flaw.ts';
import { parseExpression } from './parse-expression.ts';
import { trailingNewlines, withoutTrailing } from './python-text.ts';
import type { Expression, Template } from './syntax.ts';
import { Tokens, tokenize } from './tokens.ts';

const LONGEST = 2 ** 18;

/** Whether Ansible would take a text for a template. */
export function isTemplate(text: string): boolean {
  return /\{\{|\{%|\{#/.test(text);
}

/** Splits a text into what stands for itself and its expressions, as Jinja does. Throws a Flaw. */
export function parseTemplate(written: string): Template {
  if (written.length > LONGEST) {
    const fix = `A text with expressions may have ${LONGEST} characters.`;
    throw new Flaw('The text is too long for expressions', fix, 0);
  }
  if (written.startsWith('#jinja2:')) {
    throw new Flaw('A #jinja2: header is not supported', 'Remove the first line.', 0);
  }
  const text = written.replace(/\r\n?/g, '\n');
  const newlines = trailingNewlines(written);
  return { parts: partsOf(text.replace(/\n$/, '')), newlines };
}

function partsOf(text: string): readonly (string | Expression)[] {
  const parts: (string | Expression)[] = [];
  let from = 0;
  for (;;) {
    const opener = openerAt(text, from);
    if (opener === undefined) return [...parts, text.slice(from)].filter((part) => part !== '');
    const data = text.slice(from, opener.at);
    parts.push(opener.strips ? withoutTrailing(data, (each) => /\s/.test(each)) : data);
    if (opener.kind === '{%') throw statementFlaw(text, opener.at);
    if (opener.kind === '{#') from = endOfComment(text, opener);
    else {
      const { node, end } = readExpression(text, opener);
      parts.push(node);
      from = end;
    }
  }
}

interface Opener {
  readonly kind: string;
  readonly at: number;
  readonly end: number;
  readonly strips: boolean;
}

function openerAt(text: string, from: number): Opener | undefined {
  const pattern = /(\{\{|\{%|\{#)([-+]?)/g;
  pattern.lastIndex = from;
  const found = pattern.exec(text);
  if (found === null) return undefined;
  const [all, kind = '', sign] = found;
  return { kind, at: found.index, end: found.index + all.length, strips: sign === '-' };
}

function statementFlaw(text: string, at: number): Flaw {
  const word = /^\{%[-+]?\s*(\w*)/.exec(text.slice(at, at + 100))?.[1] ?? '';
  const fix =
    word === 'raw'
      ? 'Mark the whole value as !unsafe: braces in it are text then.'
      : 'Write it as an expression in {{ }}: a filter, or one value if test else another.';
  return new Flaw(`The statement {% ${word} %} is not supported`, fix, at);
}

function endOfComment(text: string, { at, end }: Opener): number {
  const closer = /(?:\+#\}|-#\}\s*|#\}\n?)/g;
  closer.lastIndex = end;
  const found = closer.exec(text);
  if (found === null) throw new Flaw('A comment has no end', 'Close it with #}.', at);
  return found.index + found[0].length;
}

function readExpression(text: string, { end: start }: Opener) {
  const read = tokenize(text, start);
  const tokens = new Tokens(read, parseExpression);
  const node = tokens.expression();
  const closer = tokens.current;
  if (closer.kind !== 'end') tokens.fail('An operator, a filter or }} is expected here.');
  const end = closer.at + closer.text.length;
  const space = closer.text.startsWith('-') ? (/^\s*/.exec(text.slice(end))?.[0].length ?? 0) : 0;
  return { node, end: end + space };
}
