import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync, type Stats, statSync } from 'node:fs';
import { Failure } from '#engine/model/failure.ts';
import type { Text } from '#engine/model/secret.ts';
import { Digest, isLarge, LocalFile, Pending } from '#engine/model/state.ts';
import { type Task, task } from '#engine/model/task.ts';
import { fileAt, hashedFileAt } from '#engine/reads/file.ts';
import {
  inTheWay,
  isText,
  modeRule,
  type OptionRule,
  ownerRule,
  requireOptions,
} from '../refusals.ts';

/** `source` is a file of the control machine, whatever its bytes and its size. */
export type FileContent =
  | { readonly body: Text | Pending; readonly source?: never }
  | { readonly source: string; readonly body?: never };

export type FileOptions = FileContent & {
  readonly path: string;
  /** Four octal digits. */
  readonly mode?: string;
  readonly owner?: string;
  /** An sh script that gets the staged file as `$1`, and must exit 0 and print nothing. */
  readonly check?: string;
};

/** A file with its content, mode and owner, replaced by rename after its check. */
export function file(options: FileOptions): Task {
  const { path, mode = '0644', owner = 'root:root', check } = options;
  requireOptions(`file ${path}`, [
    ['path', typeof path === 'string', 'a path'],
    modeRule(mode),
    ownerRule(owner),
    contentRule(options),
  ]);
  const content = options.body ?? localContent(options.source);
  const body = content instanceof Pending ? content.preview : content;
  return task({
    title: path,
    desired: {
      type: 'file',
      mode,
      owner,
      content: content instanceof LocalFile ? content.digest : content,
    },
    reads: { there: isHashed(body) ? hashedFileAt(path) : fileAt(path) },
    inspect: ({ there }) => {
      if (there.type === 'folder' || there.type === 'other')
        throw inTheWay(path, 'file', there.type);
      return there.type === 'absent' ? undefined : { ...there };
    },
    apply: () => [
      { kind: 'write', path, body, mode, owner, ...(check === undefined ? {} : { check }) },
    ],
  });
}

/** An object, say, would be written as what JavaScript makes a text of it: [object Object]. */
function contentRule({ body, source }: FileOptions): OptionRule {
  if (body === undefined)
    return ['source', typeof source === 'string', 'a path, where there is no body'];
  return ['body', isText(body) || body instanceof Pending, 'a text'];
}

/** A secret is not read before it is needed. */
function isHashed(body: Text | LocalFile): boolean {
  return body instanceof LocalFile || (typeof body === 'string' && isLarge(body));
}

interface KnownContent {
  readonly state: string;
  readonly content: string | LocalFile;
}

/** The process keeps them: tasks are made anew for each host, and a file is read once for all. */
const known = new Map<string, KnownContent>();

/** What a file of the control machine holds: its text, or by size and hash what is large or no text. */
export function localContent(path: string): string | LocalFile {
  return readLocal(path, () => knownContent(path));
}

/** What is read at a path of the control machine. Throws the Failure of what cannot be. */
export function readLocal<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error)) throw error;
    throw new Failure('A file of the control machine cannot be read', {
      where: path,
      ran: error.message,
      fix: 'Have it be readable to whom rota runs as, or name another.',
    });
  }
}

function knownContent(path: string): string | LocalFile {
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
