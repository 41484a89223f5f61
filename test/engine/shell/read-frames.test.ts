import { expect, test } from 'vitest';
import { type Frame, frameReader } from '#engine/shell/read-frames.ts';

const STREAM = Buffer.from(
  'motd\n\nm begin 0\none\n\n\ntwo é\n\nm end 0 0\n\nm feed 1\nno line end\nm end 1 3\n\nm done\n',
);

function framesOf(chunks: readonly Buffer[]): readonly Frame[] {
  const frames: Frame[] = [];
  const read = frameReader('m', (frame) => frames.push(frame));
  for (const chunk of chunks) read(chunk);
  return frames;
}

test('frames and lines come in order, and each frame takes its own line feed along', () => {
  expect(framesOf([STREAM])).toEqual([
    { kind: 'line', text: 'motd' },
    { kind: 'begin', index: 0 },
    { kind: 'line', text: 'one' },
    { kind: 'line', text: '' },
    { kind: 'line', text: '' },
    { kind: 'line', text: 'two é' },
    { kind: 'end', index: 0, status: 0 },
    { kind: 'feed', index: 1 },
    { kind: 'line', text: 'no line end' },
    { kind: 'end', index: 1, status: 3 },
    { kind: 'done' },
  ]);
});

test('it makes no difference where the stream is cut into chunks', () => {
  const whole = framesOf([STREAM]);
  for (let at = 0; at <= STREAM.length; at += 1) {
    expect(framesOf([STREAM.subarray(0, at), STREAM.subarray(at)])).toEqual(whole);
  }
  expect(framesOf([...STREAM].map((byte) => Buffer.from([byte])))).toEqual(whole);
});
