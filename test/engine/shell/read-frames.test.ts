import { expect, test } from 'vitest';
import { LIMITS } from '#engine/model/limits.ts';
import { type Frame, frameReader } from '#engine/shell/read-frames.ts';

const STREAM = Buffer.from(
  'motd\n\nm begin 0\none\n\n\ntwo é\n\nm end 0 0\n\nm feed 1\nno line end\nm end 1 3\n\nm done\n',
);

function framesOf(chunks: readonly Buffer[]): readonly Frame[] {
  const frames: Frame[] = [];
  const read = frameReader('m', LIMITS, (frame) => frames.push(frame));
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

test('a line without an end is read in linear time, and kept up to its limit', () => {
  const frames: Frame[] = [];
  const read = frameReader('m', LIMITS, (frame) => frames.push(frame));
  const chunk = Buffer.alloc(32 * 1024, 'x');
  for (let sent = 0; sent < 256 * 1024 * 1024; sent += chunk.length) read(chunk);
  read(Buffer.from('\n\nm done\n'));
  expect(frames).toEqual([
    {
      kind: 'line',
      text: `${'x'.repeat(8192)}… 256 MB more: a line: 8 KB at most (--at-most line=SIZE)`,
    },
    { kind: 'done' },
  ]);
});

test('of what a command prints without an end, the beginning is told, and how much was left out', () => {
  const frames: Frame[] = [];
  const read = frameReader('m', LIMITS, (frame) => frames.push(frame));
  const chunk = Buffer.from(`${'x'.repeat(1023)}\n`.repeat(32));
  read(Buffer.from('\nm begin 0\n'));
  for (let sent = 0; sent < 64 * 1024 * 1024; sent += chunk.length) read(chunk);
  read(Buffer.from('\nm end 0 0\n\nm begin 1\nshort\n'));
  expect(frames.length).toBe(1 + 1024 + 1 + 3);
  expect(frames.slice(-4)).toEqual([
    {
      kind: 'line',
      text: '… 63 MB more were left out: the lines of one command of a task: 1 MB at most (--at-most lines=SIZE)',
    },
    { kind: 'end', index: 0, status: 0 },
    { kind: 'begin', index: 1 },
    { kind: 'line', text: 'short' },
  ]);
});

test('a frame that no program of ours prints is garbled, and no number is made up', () => {
  const odd = [
    'begin',
    'begin x',
    'end 0',
    'end 0 -1',
    'end 1e9 0',
    'done 1',
    'toString',
    '',
    'end 0 0 0',
  ];
  expect(framesOf(odd.map((text) => Buffer.from(`\nm ${text}\n`)))).toEqual(
    odd.map((text) => ({ kind: 'garbled', text })),
  );
});
