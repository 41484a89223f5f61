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
