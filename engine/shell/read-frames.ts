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
  /** It waits for the file of a Feed. */
  | { readonly kind: 'feed'; readonly index: number }
  | { readonly kind: 'end'; readonly index: number; readonly status: number }
  /** A line that a command printed. */
  | { readonly kind: 'line'; readonly text: string };

/**
 * A reader of a program's stdout, fed with chunks as they come. An unfinished last line is held
 * back; the line feed that each frame starts with, so as to stand on a line of its own, is dropped.
 */
export function frameReader(
  mark: string,
  onFrame: (frame: Frame) => void,
): (chunk: Buffer) => void {
  const decoder = new TextDecoder();
  let rest = '';
  return (chunk) => {
    rest += decoder.decode(chunk, { stream: true });
    for (;;) {
      // An empty line is only given out once it is seen that no frame follows it.
      const framed = rest.startsWith(`\n${mark} `);
      const start = framed ? 1 : 0;
      const end = rest.indexOf('\n', rest.startsWith('\n') ? 1 : 0);
      if (end < 0) return;
      const line = framed || !rest.startsWith('\n') ? rest.slice(start, end) : '';
      rest = rest.slice(start + line.length + 1);
      onFrame(parseLine(line, mark));
    }
  };
}

function parseLine(line: string, mark: string): Frame {
  const [word, kind, index, status] = line.split(' ');
  if (word !== mark) return { kind: 'line', text: line };
  switch (kind) {
    case 'begin':
    case 'feed':
      return { kind, index: Number(index) };
    case 'settling':
      return { kind, run: index ?? '' };
    case 'settled':
      return { kind, run: index ?? '', status: Number(status) };
    case 'end':
      return { kind, index: Number(index), status: Number(status) };
    default:
      return { kind: kind as 'drift' | 'broken' | 'stopped' | 'done' | 'held' | 'locked' | 'lost' };
  }
}
