import { createHash } from 'node:crypto';

/**
 * Up to here a content takes less processor time on its way than the host takes to start what hashes it,
 * both sides together; and nobody reads the diff of a longer one.
 */
const LARGE = 256 * 1024;

/** A content by its size and hash: of one that is large, or no text. */
export class Digest {
  readonly bytes: number;
  readonly sha256: string;

  constructor(bytes: number, sha256: string) {
    this.bytes = bytes;
    this.sha256 = sha256;
  }

  static of(content: string | Buffer): Digest {
    const sha256 = createHash('sha256').update(content).digest('hex');
    return new Digest(Buffer.byteLength(content), sha256);
  }

  toString(): string {
    return `${this.bytes} bytes, sha256 ${this.sha256}`;
  }
}

/** Whether a text is asked for, and shown, by its size and hash alone. */
export function isLarge(text: string): boolean {
  return Buffer.byteLength(text) >= LARGE;
}
