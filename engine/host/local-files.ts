import { randomUUID } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { createGzip, gzipSync } from 'node:zlib';
import { placeOf, type Save } from '#engine/model/command.ts';
import { Failure } from '#engine/model/failure.ts';

export interface LocalStreamOptions {
  /** Whether it comes as gzip(1) unpacks it: smaller, where that pays. */
  readonly isPacked: boolean;
  /** Is told why the file cannot be read to its end, before the stream ends. */
  onBroken(error: unknown): void;
}

/** What a file of this machine holds. Where that cannot be read, it ends as any: no error comes of it. */
export function localStream(path: string, { isPacked, onBroken }: LocalStreamOptions): Readable {
  async function* chunks() {
    try {
      yield* isPacked ? packed(path) : createReadStream(path);
    } catch (error) {
      onBroken(error);
    }
  }
  return Readable.from(chunks(), { objectMode: false });
}

function packed(path: string): Readable {
  const level = pays(path) ? 1 : 0;
  return pipeline(createReadStream(path), createGzip({ level }), () => undefined);
}

/** What tells of a file whether packing it pays. */
const SAMPLE = 64 * 1024;

function pays(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const sample = Buffer.alloc(SAMPLE);
    const begin = sample.subarray(0, readSync(file, sample));
    return gzipSync(begin, { level: 1 }).length < 0.9 * begin.length;
  } finally {
    closeSync(file);
  }
}

/** Puts bytes into a file of this machine that only its user can read. The Failure, where it does not. */
export function saveLocal({ to, bytes }: Save): Failure | undefined {
  try {
    const path = placeOf(to);
    mkdirSync(dirname(path), { recursive: true });
    replaceLocal(path, bytes);
    return undefined;
  } catch (error) {
    return new Failure('A file of the control machine could not be written', {
      ran: to,
      output: String(error instanceof Error ? error.message : error),
      fix: 'Mend what is named above, and run again.',
    });
  }
}

/** Beside it first, by a name under which nobody can have put a link; nothing, which may be secret, is left there. */
function replaceLocal(to: string, bytes: Buffer): void {
  const staged = `${to}.${randomUUID()}`;
  try {
    writeFileSync(staged, bytes, { mode: 0o600, flag: 'wx' });
    renameSync(staged, to);
  } catch (error) {
    rmSync(staged, { force: true });
    throw error;
  }
}
