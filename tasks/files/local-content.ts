import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync, type Stats, statSync } from 'node:fs';
import { LocalFile } from '#engine/model/command.ts';
import { Failure } from '#engine/model/failure.ts';
import { Digest, isLarge } from '#engine/model/state.ts';

interface Known {
  readonly state: string;
  readonly content: string | LocalFile;
}

/** The process keeps them: tasks are made anew for each host, and a file is read once for all. */
const known = new Map<string, Known>();

/** What a file of the control machine holds: its text, or by size and hash what is large or no text. */
export function localContent(path: string): string | LocalFile {
  const stat = fileStat(path);
  const state = `${stat.ino} ${stat.size} ${stat.mtimeMs} ${stat.ctimeMs}`;
  const before = known.get(path);
  if (before?.state === state) return before.content;
  const content = textOf(path, stat) ?? new LocalFile(path, digestOf(path));
  known.set(path, { state, content });
  return content;
}

function fileStat(path: string): Stats {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isFile()) return stat;
  throw new Failure('There is no such file on the control machine', {
    where: path,
    fix: 'Name one by its whole path: import.meta.dirname is the folder of the playbook.',
  });
}

/** As much as one that is not large can have. */
const CHUNK = 256 * 1024;

function textOf(path: string, { size }: Stats): string | undefined {
  if (size > CHUNK) return undefined;
  const bytes = readFileSync(path);
  const text = bytes.toString();
  return isUtf8(bytes) && !bytes.includes(0) && !isLarge(text) ? text : undefined;
}

function digestOf(path: string): Digest {
  const file = openSync(path, 'r');
  try {
    const hash = createHash('sha256');
    const chunk = Buffer.alloc(CHUNK);
    let bytes = 0;
    for (let count = readSync(file, chunk); count > 0; count = readSync(file, chunk)) {
      hash.update(chunk.subarray(0, count));
      bytes += count;
    }
    return new Digest(bytes, hash.digest('hex'));
  } finally {
    closeSync(file);
  }
}
