import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';

/** What is at a path, as far as anybody could tell it from what was there before; times are left out. */
export interface DiskEntry {
  readonly type: 'file' | 'folder' | 'link' | 'device' | 'FIFO' | 'whiteout';
  /** Octal. */
  readonly mode: string;
  /** By number, as other roots have other names for them. */
  readonly owner: string;
  /** A file's SHA-256, where a link leads to, the numbers of a device. */
  readonly content: string;
  /** Extended attributes and ACLs, by name. */
  readonly attributes: Readonly<Record<string, string>>;
}

const BLOCK = 512;

/** The entries of a tar archive in the format of pax, by their paths from `/`. */
export async function readTar(archive: Readable): Promise<ReadonlyMap<string, DiskEntry>> {
  const entries = new Map<string, DiskEntry>();
  const bytes = new Bytes(archive);
  let pax: Readonly<Record<string, string>> = {};
  for (;;) {
    const header = await bytes.take(BLOCK);
    if (header.length < BLOCK || header.every((byte) => byte === 0)) break;
    const text = (from: number, length: number) =>
      header.toString('latin1', from, from + length).replace(/\0.*$/s, '');
    const size = Number(pax['size'] ?? Number.parseInt(text(124, 12), 8));
    const kind = text(156, 1);
    if (kind === 'x') pax = paxRecords(await bytes.take(size));
    else {
      const hash = createHash('sha256');
      await bytes.each(size, (part) => hash.update(part));
      const name = pax['path'] ?? [text(345, 155), text(0, 100)].filter(Boolean).join('/');
      entries.set(pathOf(name), entryOf({ kind, text, pax, hash: hash.digest('hex') }));
      pax = {};
    }
    await bytes.take((BLOCK - (size % BLOCK)) % BLOCK);
  }
  await bytes.rest();
  return entries;
}

function pathOf(name: string): string {
  return `/${Buffer.from(name, 'latin1')
    .toString()
    .replace(/^\.\/?/, '')
    .replace(/\/$/, '')}`;
}

interface Header {
  readonly kind: string;
  readonly pax: Readonly<Record<string, string>>;
  readonly hash: string;
  text(from: number, length: number): string;
}

function entryOf({ kind, text, pax, hash }: Header): DiskEntry {
  const number = (from: number, length: number) => Number.parseInt(text(from, length), 8);
  const device = `${number(329, 8)}:${number(337, 8)}`;
  const type = kind === '3' && device === '0:0' ? 'whiteout' : (TYPES[kind] ?? 'file');
  const contents = { link: pax['linkpath'] ?? text(157, 100), device, file: hash };
  return {
    type,
    mode: number(100, 8).toString(8).padStart(4, '0'),
    owner: `${pax['uid'] ?? number(108, 8)}:${pax['gid'] ?? number(116, 8)}`,
    content: contents[type as keyof typeof contents] ?? '',
    attributes: attributesIn(pax),
  };
}

const TYPES: Readonly<Record<string, DiskEntry['type']>> = {
  '2': 'link',
  '3': 'device',
  '4': 'device',
  '5': 'folder',
  '6': 'FIFO',
};

/** Of those of an overlay, only that a folder hides what is below it tells something of the disk. */
function attributesIn(pax: Header['pax']): DiskEntry['attributes'] {
  const named = Object.entries(pax)
    .filter(([name]) => /^SCHILY\.(?:xattr|acl)\./.test(name))
    .map(([name, value]) => [name.replace(/^SCHILY\.(?:xattr\.)?/, ''), value] as const)
    .filter(([name]) => name === OPAQUE || !name.startsWith('trusted.overlay.'));
  return Object.fromEntries(named);
}

/** What a folder has that hides all that is below it in the layers under it. */
export const OPAQUE = 'trusted.overlay.opaque';

/** Records `LENGTH NAME=VALUE\n`; the length is that of the whole record. */
function paxRecords(bytes: Buffer): Readonly<Record<string, string>> {
  const records: Record<string, string> = {};
  for (let at = 0; at < bytes.length; ) {
    const [, length = ''] = /^(\d+) /.exec(bytes.toString('latin1', at, at + 20)) ?? [];
    if (length === '') break;
    const record = bytes.toString('latin1', at + length.length + 1, at + Number(length) - 1);
    const equals = record.indexOf('=');
    records[record.slice(0, equals)] = record.slice(equals + 1);
    at += Number(length);
  }
  return records;
}

/** The bytes of a stream, so many at a time. */
class Bytes {
  readonly #chunks: AsyncIterator<Buffer>;
  #left: Buffer = Buffer.alloc(0);

  constructor(stream: Readable) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  async take(length: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    await this.each(length, (part) => parts.push(part));
    return Buffer.concat(parts);
  }

  /** In parts as they come; fewer where the stream ends. */
  async each(length: number, see: (part: Buffer) => void): Promise<void> {
    for (let wanted = length; wanted > 0; ) {
      if (this.#left.length === 0 && !(await this.#fill())) return;
      const part = this.#left.subarray(0, wanted);
      this.#left = this.#left.subarray(part.length);
      wanted -= part.length;
      see(part);
    }
  }

  async rest(): Promise<void> {
    while (await this.#fill());
  }

  async #fill(): Promise<boolean> {
    const { value, done } = await this.#chunks.next();
    if (done === true) return false;
    this.#left = value;
    return true;
  }
}
