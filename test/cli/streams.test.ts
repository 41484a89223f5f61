import { expect, test } from 'vitest';
import { remember } from '#engine/model/redaction.ts';
import { redactStream } from '../../cli/streams.ts';

remember('canary-1');
remember('canary-1-longer');
remember('nana');
remember('pässwörd');

/** A stream that keeps what reaches it. */
function sink() {
  const written: string[] = [];
  const bytes: Buffer[] = [];
  const stream = {
    write(part: Buffer, done?: () => void) {
      bytes.push(part);
      written.splice(0, written.length, Buffer.concat(bytes).toString());
      done?.();
      return true;
    },
  } as unknown as NodeJS.WriteStream;
  return { stream, written, bytes, redacted: redactStream(stream) };
}

test('a secret that is cut anywhere between writes is not shown', () => {
  const text = 'a canary-1, b canary-1-longer, c bananana canary';
  for (let one = 0; one < text.length; one += 1) {
    for (let other = one; other < text.length; other += 1) {
      const { stream, written, redacted } = sink();
      for (const part of [text.slice(0, one), text.slice(one, other), text.slice(other)])
        stream.write(part);
      redacted.flush();
      expect(written.join('').replace(/na••••••|••••••na/, '••••••')).toBe(
        'a ••••••, b ••••••, c ba•••••• canary',
      );
    }
  }
});

test('bytes are redacted too, and characters that are cut stay whole', () => {
  const { stream, written, redacted } = sink();
  const bytes = Buffer.from('é canary-1 pässwörd é');
  stream.write(bytes.subarray(0, 1));
  stream.write(bytes.subarray(1, 6));
  stream.write(bytes.subarray(6));
  redacted.flush();
  expect(written.join('')).toBe('é •••••• •••••• é');
});

test('bytes that are no text come out as they are', () => {
  const { stream, bytes, redacted } = sink();
  const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  stream.write(all);
  redacted.flush();
  expect(Buffer.concat(bytes)).toEqual(all);
});

test('an end that may begin a secret comes by itself a moment later', async () => {
  const { stream, written } = sink();
  stream.write('Go on? c');
  expect(written.join('')).toBe('Go on? ');
  await expect.poll(() => written.join('')).toBe('Go on? c');
});
