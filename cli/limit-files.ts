import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, Failures } from '#engine/model/failure.ts';
import type { SliceHosts } from '#engine/rollout/slices.ts';
import { writeForUser } from './text-files.ts';

/**
 * Writes a file for each slice into a folder that has none yet, for --limit @FILE: 1, 2 and so on. Throws
 * Failures.
 */
export async function writeLimitFiles(
  folder: string,
  slices: readonly SliceHosts[],
): Promise<void> {
  const odd = slices.flat().filter((name) => !/^\w[\w.:-]*$/.test(name));
  if (odd.length > 0) throw new Failures(odd.map(noPattern));
  await requireEmpty(folder);
  for (const [index, names] of slices.entries()) {
    const path = join(folder, String(index + 1));
    await writeForUser(path, names.map((name) => `${name}\n`).join(''), { force: false });
  }
}

/** Of more slices than there are now, some files would stay. */
async function requireEmpty(folder: string): Promise<void> {
  const found = await mkdir(folder, { recursive: true })
    .then(() => readdir(folder))
    .catch(({ message: output }: Error) => {
      throw new Failure('The folder cannot be written', {
        where: folder,
        output,
        fix: 'Name another.',
      });
    });
  if (found.length === 0) return;
  throw new Failure('The folder is not empty', {
    where: folder,
    fix: 'Name another one, or remove it: files of an earlier cut would be taken for slices.',
  });
}

function noPattern(name: string): Failure {
  return new Failure('The name of a host means something else in a pattern', {
    ran: name,
    fix: 'Use --slice I/N instead of files, or rename the host and set its ansible_host.',
  });
}
