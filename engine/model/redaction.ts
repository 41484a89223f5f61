import { Failure } from './failure.ts';
import { DOTS, type Secret } from './secret.ts';

const SHORTEST = 4;
const WORDS = /^(?:true|false|null|none)$/i;

/**
 * By form: a text that may be shown nowhere. The process as a whole keeps it, since a secret that was
 * read once may turn up in whatever is written later, by whomever.
 */
const forms = new Set<string>();
/** Longer ones first: one may be a part of another. */
let ordered: readonly (string | RegExp)[] | undefined;

/**
 * Keeps a text, and each of its lines, out of all that rota shows and writes from here on. One of
 * fewer than four characters, or a word such as true, is let through: it would be found in words
 * that have nothing to do with it.
 */
export function remember(text: string): string {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  for (const part of new Set([text, text.trim(), ...lines])) {
    if ([...part].length < SHORTEST || WORDS.test(part)) continue;
    for (const form of formsOf(part)) forms.add(form).add(bytesOf(form));
    ordered = undefined;
  }
  return text;
}

/** Secrets that were read and that nobody has used: one that is opened, `remember` gets. */
const unopened = new Set<Secret>();

/** Takes secrets that are to be hidden also where nobody uses them; opening them may take a while. */
export function expectSecrets(secrets: Iterable<Secret>): void {
  for (const secret of secrets) unopened.add(secret);
}

/** Opens those, before others speak who may know them. One that cannot be opened stays unknown. */
export function openExpected(): void {
  for (const secret of unopened) {
    try {
      secret.reveal();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
  }
  unopened.clear();
}

/**
 * A text with dots in place of all that is remembered, also as JSON, shells, base64 and URLs have it; without
 * colours where these stand within something that is.
 */
export function redact(text: string): string {
  const redacted = withDots(text);
  const plain = withoutColours(text);
  if (plain === text) return redacted;
  const hidden = withDots(plain);
  return hidden === withoutColours(redacted) ? redacted : hidden;
}

/**
 * A text without the sequences that steer a terminal. Node's own stripVTControlCharacters takes minutes for a
 * megabyte of the beginnings of titles or links that do not end.
 */
export function withoutColours(text: string): string {
  return text.replace(STEERING, '');
}

/** Titles and links; then colours, and what moves the cursor. */
const STEERING =
  /\u001b\][^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)|[\u001b\u009b][[()#;?]*(?:\d{1,4}(?:[;:]\d{0,4})*)?[\dA-PR-TZcf-nq-uy=><~]/g;

function withDots(text: string): string {
  ordered ??= [...forms].toSorted((one, other) => other.length - one.length).map(matcherOf);
  return ordered.reduce<string>((left, form) => left.replaceAll(form, DOTS), text);
}

/** A text as one character per byte of its UTF-8, in which `redact` finds what is remembered as well. */
export function bytesOf(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** Whether a text has something in it that is remembered. */
export function holdsSecret(text: string): boolean {
  return redact(text) !== text;
}

/** How much of the end of a text may be the beginning of something that is remembered. */
export function unsureEnd(text: string): number {
  let longest = 0;
  for (const form of forms) longest = Math.max(longest, begunAtEnd(form, text));
  return longest;
}

/** How much of a form, but not all of it, a text ends with. */
function begunAtEnd(form: string, text: string): number {
  const end = text.slice(1 - form.length);
  const first = form.charAt(0);
  for (let at = end.indexOf(first); at >= 0; at = end.indexOf(first, at + 1)) {
    if (form.startsWith(end.slice(at))) return end.length - at;
  }
  return 0;
}

/** A number is not looked for in longer ones, nor where it is one of JSON, which dots would break. */
function matcherOf(form: string): string | RegExp {
  if (!/^[0-9]+$/.test(form)) return form;
  return new RegExp(String.raw`(?<![0-9]|[0-9]\.|":\s?)${form}(?!\.?[0-9])`, 'g');
}

function formsOf(text: string): readonly string[] {
  return [
    text,
    JSON.stringify(text).slice(1, -1),
    text.replaceAll("'", `'\\''`),
    encodeURIComponent(text.toWellFormed()),
    ...base64Forms(text),
  ];
}

/** What base64 makes of it wherever it starts in a larger text: the characters that it alone decides. */
function base64Forms(text: string): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(text)]);
    const whole = bytes.length - (bytes.length % 3);
    const first = before === 0 ? 0 : 4;
    const encoded = bytes.subarray(0, whole).toString('base64').slice(first);
    const forms = [encoded, encoded.replaceAll('+', '-').replaceAll('/', '_')];
    return encoded.length < 2 * SHORTEST ? [] : forms;
  });
}
