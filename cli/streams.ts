import { bytesOf, redact, unsureEnd } from '#engine/model/redaction.ts';

/** How long the beginning of a secret waits for the rest of it. */
const PATIENCE_MS = 20;
const DOT = bytesOf('•');

/** A stream that shows no secret, and what still waits to be written to it. */
export interface RedactedStream {
  flush(): void;
}

type Done = (error?: Error | null) => void;

/**
 * Puts dots in place of secrets in all that is written to a stream from here on, also where one is
 * cut in two between writes: an end that may be the beginning of a secret is held back for a moment.
 */
export function redactStream(stream: NodeJS.WriteStream): RedactedStream {
  const write = stream.write.bind(stream);
  let held = '';
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    if (held !== '') write(shown(held));
    held = '';
  };
  stream.write = (chunk: string | Uint8Array, encoding?: BufferEncoding | Done, done?: Done) => {
    const ended = typeof encoding === 'function' ? encoding : done;
    const text = held + (typeof chunk === 'string' ? bytesOf(chunk) : latin1Of(chunk));
    const end = cutOf(text);
    held = text.slice(end);
    clearTimeout(timer);
    if (held !== '') timer = setTimeout(flush, PATIENCE_MS).unref();
    return write(shown(text.slice(0, end)), ended);
  };
  return { flush };
}

/** Characters are bytes until here: a character that is cut in two comes out whole, and what is no text as it is. */
function shown(bytes: string): Buffer {
  const redacted = redact(bytes);
  return Buffer.from(redacted === bytes ? bytes : redacted.replaceAll('•', DOT), 'latin1');
}

function latin1Of(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

/** Where the beginning of a secret stands that the text ends within; its end, when there is none. */
function cutOf(text: string): number {
  const cut = text.length - unsureEnd(text);
  // One that is whole may hold the beginning of another: what is left must not be shown either.
  const parts = redact(text.slice(0, cut)) + redact(text.slice(cut));
  return parts === redact(text) ? cut : text.length;
}

/** What stands on the terminal until something else is said; undefined before the streams are watched. */
let meanwhile: 'shown' | 'gone' | undefined;

/**
 * Says on the terminal what is done while there is nothing else to see. What is written to stdout or
 * stderr takes its place. Nothing where one of them is no terminal.
 */
export function tellMeanwhile(text: string): void {
  const { stdout, stderr } = process;
  if (!stdout.isTTY || !stderr.isTTY || process.env['TERM'] === 'dumb') return;
  if (meanwhile === undefined) for (const stream of [stdout, stderr]) watch(stream);
  // One line, whatever the width: what takes it away knows of one.
  stderr.write(`${text.slice(0, (stderr.columns || 80) - 2)}…`);
  meanwhile = 'shown';
}

/** Takes that away, for somebody who writes to the terminal past the streams. */
export function endMeanwhile(): void {
  if (meanwhile !== 'shown') return;
  meanwhile = 'gone';
  process.stderr.write('\r\u001b[K');
}

function watch(stream: NodeJS.WriteStream): void {
  const write = stream.write.bind(stream) as (...args: readonly unknown[]) => boolean;
  stream.write = (...args: readonly unknown[]) => {
    endMeanwhile();
    return write(...args);
  };
}
