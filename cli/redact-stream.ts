import { redact, unsureEnd } from '#engine/model/redaction.ts';

/** How long the beginning of a secret waits for the rest of it. */
const PATIENCE_MS = 20;

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
  const decoder = new TextDecoder();
  let held = '';
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    const text = redact(held);
    held = '';
    if (text !== '') write(text);
  };
  stream.write = (chunk: string | Uint8Array, encoding?: BufferEncoding | Done, done?: Done) => {
    const ended = typeof encoding === 'function' ? encoding : done;
    const text =
      held + (typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true }));
    const end = cutOf(text);
    held = text.slice(end);
    clearTimeout(timer);
    if (held !== '') timer = setTimeout(flush, PATIENCE_MS).unref();
    return write(redact(text.slice(0, end)), ended);
  };
  return { flush };
}

/** Where the beginning of a secret stands that the text ends within; its end, when there is none. */
function cutOf(text: string): number {
  const cut = text.length - unsureEnd(text);
  // One that is whole may hold the beginning of another: what is left must not be shown either.
  const parts = redact(text.slice(0, cut)) + redact(text.slice(cut));
  return parts === redact(text) ? cut : text.length;
}
