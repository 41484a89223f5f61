import {
  having,
  isLike,
  like,
  must,
  optional,
  PATTERN,
  type Rule,
  TEXT,
} from '#engine/model/options.ts';
import { remember } from '#engine/model/redaction.ts';
import { Secret, type Text } from '#engine/model/secret.ts';
import { joinLines, splitLines } from './edited.ts';

/** Something that is to be in a text, of which all else stays. */
export type Edit =
  /** A line, without its end. Of the lines that `insteadOf` matches the last one gives way to it. */
  | { readonly line: Text; readonly insteadOf?: RegExp }
  /** Lines between two of ours that have the mark in them; none, and those two go as well. */
  | { readonly block: Text; readonly mark: string; readonly comment?: string }
  /** A key with its value, in the section of that name, or before all sections. */
  | { readonly key: string; readonly value: Text; readonly section?: string }
  /** All that the pattern matches is replaced, as `String.replaceAll` does it. */
  | { readonly pattern: RegExp; readonly by: Text };

type WithoutSecrets<E> = E extends Edit
  ? { readonly [Name in keyof E]: E[Name] extends Text ? string : E[Name] }
  : never;
/** One without secrets. */
export type OpenedEdit = WithoutSecrets<Edit>;

/** An edit whose secrets are texts: what is in a file is read by others, who do not know of them. */
export function openedEdit(edit: Edit): OpenedEdit {
  const opened = Object.entries(edit).map(([name, value]) => [
    name,
    value instanceof Secret ? remember(value.reveal()) : value,
  ]);
  return Object.fromEntries(opened) as OpenedEdit;
}

/** A text with an edit made in it. */
export function edited(text: string, edit: OpenedEdit): string {
  if ('line' in edit) return withLine(text, edit.line, edit.insteadOf);
  if ('block' in edit) return withBlock(text, edit.block, edit);
  if ('key' in edit) return withKey(text, edit);
  const { source, flags } = edit.pattern;
  return text.replace(new RegExp(source, [...new Set(`${flags}g`)].join('')), edit.by);
}

/** What a title says of an edit. */
export function nameOfEdit(edit: Edit): string {
  if ('line' in edit) return edit.line instanceof Secret ? 'a line' : `line ${edit.line}`;
  if ('block' in edit) return `block ${edit.mark}`;
  if ('key' in edit) return `key ${edit.key}`;
  return `${edit.pattern}`;
}

const LINE = must((text) => text instanceof Secret || isLike(text, /^[^\r\n]*$/), 'one line');

/** By what it has alone, what must hold of an edit. */
const KINDS: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  line: { line: LINE, insteadOf: optional(PATTERN) },
  block: {
    mark: like(/^[^\r\n]+$/, 'some text on one line'),
    block: TEXT,
    comment: optional(LINE),
  },
  key: {
    key: like(/^[^\s=[\]#;][^=\n]*$/, 'a name without = on one line'),
    value: LINE,
    section: optional(like(/^[^\]\r\n]*$/, 'a name without ] on one line')),
  },
  pattern: { pattern: PATTERN, by: TEXT },
};

/** What must hold of an edit; of a secret, once it is opened. */
export const EDIT: Rule = (edit, name) => {
  const kind = Object.keys(KINDS).find((key) => Object.hasOwn(Object(edit), key)) ?? 'pattern';
  return having(KINDS[kind] ?? {}, '')(edit, name);
};

function withLine(text: string, line: string, insteadOf: RegExp | undefined): string {
  const lines = splitLines(text);
  if (lines.includes(line)) return text;
  const at =
    insteadOf === undefined ? -1 : lines.findLastIndex((each) => each.search(insteadOf) >= 0);
  return joinLines(at >= 0 ? lines.with(at, line) : [...lines, line]);
}

function withBlock(
  text: string,
  block: string,
  { mark, comment = '#' }: { readonly mark: string; readonly comment?: string },
): string {
  const [first, last] = [`${comment} begin ${mark}`, `${comment} end ${mark}`];
  const lines = splitLines(text);
  const wanted = block === '' ? [] : [first, ...splitLines(block), last];
  const end = lines.indexOf(last);
  const at = end < 0 ? -1 : lines.lastIndexOf(first, end);
  if (at < 0) return wanted.length === 0 ? text : joinLines([...lines, ...wanted]);
  return joinLines(lines.toSpliced(at, end - at + 1, ...wanted));
}

type KeyEdit = Extract<OpenedEdit, { readonly key: string }>;

function withKey(text: string, { key, value, section }: KeyEdit): string {
  const lines = splitLines(text);
  const from =
    section === undefined ? 0 : lines.findIndex((one) => one.trimEnd() === `[${section}]`) + 1;
  const spaces = lines.some((line) => keyIn(line)?.start.endsWith(' = ')) ? ' ' : '';
  const line = `${key}${spaces}=${spaces}${value}`;
  if (section !== undefined && from === 0)
    return joinLines([...lines, ...(text === '' ? [] : ['']), `[${section}]`, line]);
  const next = lines.findIndex((one, index) => index >= from && one.startsWith('['));
  const own = lines.slice(from, next < 0 ? lines.length : next);
  const at = own.findLastIndex((one) => keyIn(one)?.name === key);
  if (at >= 0) return joinLines(lines.with(from + at, `${keyIn(own[at] ?? '')?.start}${value}`));
  const behind = own.findLastIndex((one) => one.trim() !== '') + 1;
  return joinLines(lines.toSpliced(from + behind, 0, line));
}

/** The key of a line, and the line up to its value. Blanks are matched in one way alone: a host may tell millions. */
function keyIn(line: string) {
  const [start, name] = /^\s*([^\s=#;[][^=]*)=\s*/.exec(line) ?? [];
  return start === undefined ? undefined : { start, name: name?.trimEnd() };
}
