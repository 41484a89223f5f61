/** More than a channel's data, with what is around it, takes: whoever says more is no ssh. */
const MOST_BYTES = 256 * 1024;

/** Cuts what a socket gives into packets, each behind its length. Throws where one is too long. */
export class PacketCutter {
  #rest: Buffer = Buffer.of();

  *cut(chunk: Buffer): Generator<Buffer> {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (this.#rest.length >= 4) {
      const end = 4 + this.#rest.readUInt32BE();
      if (end > MOST_BYTES) throw new Error(`a packet of ${end} bytes`);
      if (this.#rest.length < end) return;
      const packet = this.#rest.subarray(4, end);
      this.#rest = this.#rest.subarray(end);
      yield packet;
    }
  }
}

/** Takes a packet apart, from its start. Throws where it ends too early. */
export class PacketReader {
  readonly #packet: Buffer;
  #at = 0;

  constructor(packet: Buffer) {
    this.#packet = packet;
  }

  byte(): number {
    return this.#take(1).readUInt8();
  }

  number(): number {
    return this.#take(4).readUInt32BE();
  }

  bytes(): Buffer {
    return this.#take(this.number());
  }

  #take(length: number): Buffer {
    const part = this.#packet.subarray(this.#at, this.#at + length);
    if (part.length < length) throw new Error('a packet that ends too early');
    this.#at += length;
    return part;
  }
}

/** A part of a packet: a boolean, a uint32, or a string with its length before it. */
export type PacketPart = boolean | number | string | Buffer;

/** A packet of these parts, behind its length and `head`. */
export function packetOf(head: Buffer, parts: readonly PacketPart[]): Buffer {
  const body = Buffer.concat([head, ...parts.flatMap(written)]);
  return Buffer.concat([uint32(body.length), body]);
}

function written(part: PacketPart): readonly Buffer[] {
  if (typeof part === 'boolean') return [Buffer.of(Number(part))];
  if (typeof part === 'number') return [uint32(part)];
  const bytes = Buffer.from(part);
  return [uint32(bytes.length), bytes];
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
