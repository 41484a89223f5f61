import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Failure } from '#engine/model/failure.ts';

/** The text of a file; undefined where there is none. Throws a Failure for one that cannot be read. */
export async function readText(path: string): Promise<string | undefined> {
  return await attempt('The file cannot be read', path, async () => {
    const found = await readFile(path, 'utf8').catch(unlessCode('ENOENT'));
    return typeof found === 'string' ? found : undefined;
  });
}

/** Puts a file that only its user reads in place, whole, by rename. */
export async function replaceText(path: string, text: string): Promise<void> {
  await attempt('The file cannot be written', path, async () => {
    await staged(path, text, (part) => rename(part, path));
  });
}

/** The same, with its folder, where no file of this name is there yet. False: one is. */
export async function createText(path: string, text: string): Promise<boolean> {
  return await attempt('The file cannot be written', path, async () => {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    return await staged(path, text, async (part) => {
      const there = await link(part, path).catch(unlessCode('EEXIST'));
      return there === undefined;
    });
  });
}

/** A file for its user to edit, with the rights that new files have. False: one is there already. */
export async function writeForUser(
  path: string,
  text: string,
  { force }: { readonly force: boolean },
): Promise<boolean> {
  return await attempt('The file cannot be written', path, async () => {
    await mkdir(dirname(path), { recursive: true });
    const there = await writeFile(path, text, { flag: force ? 'w' : 'wx' }).catch(
      unlessCode('EEXIST'),
    );
    return there === undefined;
  });
}

/** Takes a file away; one that is not there is fine. */
export async function removeText(path: string): Promise<void> {
  await attempt('The file cannot be removed', path, () => rm(path, { force: true }));
}

async function staged<T>(
  path: string,
  text: string,
  place: (part: string) => Promise<T>,
): Promise<T> {
  const part = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}`);
  try {
    const file = await open(part, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    return await place(part);
  } finally {
    await rm(part, { force: true });
  }
}

/** Gives the code for the errors that are no failure. */
function unlessCode(code: string): (error: NodeJS.ErrnoException) => { readonly code: string } {
  return (error) => {
    if (error.code !== code) throw error;
    return { code };
  };
}

async function attempt<T>(what: string, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new Failure(what, {
      where: path,
      output: message,
      fix: 'Check the path and its rights.',
    });
  }
}
