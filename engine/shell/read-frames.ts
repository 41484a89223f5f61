import { formatBytes, formatLimit, type Limit, type Limits } from '#engine/model/limits.ts';
import { lineReader } from './lines.ts';

/** What a program says on stdout, in order. Indexes are those of its commands. */
export type Frame =
  /** The host no longer answers as it did when the plan was made; nothing was changed. */
  | { readonly kind: 'drift' }
  /** The run folder could not be made; nothing was changed. */
  | { readonly kind: 'broken' }
  /** The stop file was there: the commands from here on were not run. */
  | { readonly kind: 'stopped' }
  | { readonly kind: 'done' }
  /** Of a lease: it is taken, somebody else has it (said in the lines before), or it was taken away. */
  | { readonly kind: 'held' | 'locked' | 'lost' }
  /** A run that died is undone first, and how that went (engine/shell/undo.ts). */
  | { readonly kind: 'settling'; readonly run: string }
  | { readonly kind: 'settled'; readonly run: string; readonly status: number }
  | { readonly kind: 'begin'; readonly index: number }
  /** It waits for the file of a Feed, or of a Write, and can unpack that. */
  | { readonly kind: 'feed'; readonly index: number; readonly unpacks?: true }
  | { readonly kind: 'end'; readonly index: number; readonly status: number }
  /** What no program of ours says. */
  | { readonly kind: 'garbled'; readonly text: string }
  /** A line that a command printed. */
  | { readonly kind: 'line'; readonly text: string };

/**
 * A reader of a program's stdout, fed with chunks as they come. The line feed that each frame starts
 * with, so as to stand on a line of its own, is dropped. Where a command prints too much, the rest of
 * its lines is counted, and said before the next frame.
 */
export function frameReader(
  mark: string,
  limits: Limits,
  onFrame: (frame: Frame) => void,
): (chunk: Buffer) => void {
  const tell = boundedLines(limits.lines, onFrame);
  let isEmptyHeld = false;
  return lineReader(limits.line, (line) => {
    const isFrame = line === mark || line.startsWith(`${mark} `);
    // An empty line is only given out once it is seen that no frame follows it.
    if (isEmptyHeld && !isFrame) tell({ kind: 'line', text: '' });
    isEmptyHeld = line === '';
    if (isFrame) tell(parseFrame(line.slice(mark.length + 1)));
    else if (!isEmptyHeld) tell({ kind: 'line', text: line });
  });
}

/** Between two frames, lines are told up to a limit. */
function boundedLines(most: Limit, onFrame: (frame: Frame) => void): (frame: Frame) => void {
  let told = 0;
  let left = 0;
  return (frame) => {
    if (frame.kind === 'line') {
      const bytes = Buffer.byteLength(frame.text) + 1;
      told += bytes;
      if (told <= most.most) return onFrame(frame);
      left += bytes;
      return undefined;
    }
    if (left > 0)
      onFrame({
        kind: 'line',
        text: `… ${formatBytes(left)} more were left out: ${formatLimit(most)}`,
      });
    told = 0;
    left = 0;
    return onFrame(frame);
  };
}

/** The frames that have no words behind their kind. */
const PLAIN = ['drift', 'broken', 'stopped', 'done', 'held', 'locked', 'lost'] as const;

/** What takes a feed in. None is named for that of a Feed, whose own script does. */
const UNPACKERS = ['', 'cat', 'gzip'];

function parseFrame(text: string): Frame {
  const [word, ...words] = text.split(' ');
  const plain = PLAIN.find((kind) => kind === word);
  const [first = '', status = ''] = words;
  if (plain !== undefined && words.length === 0) return { kind: plain };
  if (word === 'feed' && words.length <= 2 && isCount(first) && UNPACKERS.includes(status)) {
    const index = Number(first);
    return status === 'gzip' ? { kind: word, index, unpacks: true } : { kind: word, index };
  }
  if (word === 'settling' && words.length === 1) return { kind: word, run: first };
  if (words.length === (word === 'end' || word === 'settled' ? 2 : 1)) {
    if (word === 'settled' && isCount(status))
      return { kind: word, run: first, status: Number(status) };
    if (word === 'begin' && isCount(first)) return { kind: word, index: Number(first) };
    if (word === 'end' && isCount(first) && isCount(status))
      return { kind: word, index: Number(first), status: Number(status) };
  }
  return { kind: 'garbled', text };
}

function isCount(text: string): boolean {
  return /^\d{1,9}$/.test(text);
}
