import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { placeOf } from '#engine/model/command.ts';
import { Failure } from '#engine/model/failure.ts';
import { like, PATH, requireOptions } from '#engine/model/options.ts';
import { Digest } from '#engine/model/state.ts';
import { type Task, task } from '#engine/model/task.ts';
import { bytesAt } from '#engine/reads/file.ts';

export interface FetchOptions {
  /** On the host. */
  readonly path: string;
  /** On the control machine; another one for each host. */
  readonly to: string;
}

/** A file of the control machine has what a file of the host has, byte for byte. The host stays as it is. */
export function fetch(options: FetchOptions): Task {
  const { path, to } = options;
  requireOptions(`fetch ${path}`, options, { path: PATH, to: like(/\S/, 'a path') });
  const target = resolve(to);
  return task({
    title: `${target} from ${path}`,
    reads: { there: bytesAt(path) },
    desired: ({ there }) => ({ content: Digest.of(required(there, path)) }),
    inspect: () => ({ content: localDigest(placeOf(target)) }),
    apply: ({ facts: { there } }) => [{ kind: 'save', to: target, bytes: required(there, path) }],
  });
}

function required(bytes: Buffer | undefined, path: string): Buffer {
  if (bytes !== undefined) return bytes;
  throw new Failure('There is no such file on the host to be fetched', {
    where: path,
    fix: 'Have a task of an earlier stage make it, or name another: no link is followed.',
  });
}

function localDigest(path: string): Digest | undefined {
  try {
    return Digest.of(readFileSync(path));
  } catch {
    return undefined;
  }
}
