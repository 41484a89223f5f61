import { formatBytes, formatLimit, type Limit } from '#engine/model/limits.ts';

/**
 * A reader that cuts a stream into lines as its chunks come, in time linear to their length. Of a
 * line that is too long it gives the beginning, and says how much it left out. An unfinished last
 * line is held back.
 */
export function lineReader(most: Limit, onLine: (line: string) => void): (chunk: Buffer) => void {
  let line = new Line(most);
  return (chunk) => {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(LINE_FEED, start);
      line.add(chunk.subarray(start, end < 0 ? chunk.length : end));
      if (end < 0) return;
      const whole = line;
      line = new Line(most);
      start = end + 1;
      onLine(whole.toString());
    }
  };
}

const LINE_FEED = 10;

class Line {
  readonly #most: Limit;
  readonly #pieces: Buffer[] = [];
  #kept = 0;
  #length = 0;

  constructor(most: Limit) {
    this.#most = most;
  }

  add(piece: Buffer): void {
    this.#length += piece.length;
    const kept = piece.subarray(0, this.#most.most - this.#kept);
    this.#kept += kept.length;
    if (kept.length > 0) this.#pieces.push(kept);
  }

  toString(): string {
    const text = Buffer.concat(this.#pieces).toString();
    const left = this.#length - this.#kept;
    if (left === 0) return text;
    return `${text}… ${formatBytes(left)} more: ${formatLimit(this.#most)}`;
  }
}

/** What is before, between and behind the places where `by` stands. */
export function splitBytes(bytes: Buffer, by: string): readonly Buffer[] {
  const pieces = [];
  let start = 0;
  for (let at = bytes.indexOf(by); at >= 0; at = bytes.indexOf(by, start)) {
    pieces.push(bytes.subarray(start, at));
    start = at + by.length;
  }
  return [...pieces, bytes.subarray(start)];
}
