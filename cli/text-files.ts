import { randomBytes } from 'node:crypto';
import { appendFile, link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Failure } from '#engine/model/failure.ts';

/** The text of a file; undefined where there is none. Throws a Failure for one that cannot be read. */
export async function readText(path: string): Promise<string | undefined> {
  let text: string | undefined;
  await attempt({ what: 'The file cannot be read', path, unless: 'ENOENT' }, async () => {
    text = await readFile(path, 'utf8');
  });
  return text;
}

/** Puts a file in place, whole, by rename; one that only its user reads, unless `mode` and the umask let others. */
export async function replaceText(path: string, text: string, mode = OWN): Promise<void> {
  await attempt({ what: WRITE, path }, async () => {
    await staged({ path, text, mode }, (part) => rename(part, path));
  });
}

const OWN = 0o600;

/** The same, with its folder, where no file of this name is there yet. False: one is. */
export async function createText(path: string, text: string): Promise<boolean> {
  await makeFolder(path, 0o700);
  return await attempt({ what: WRITE, path, unless: 'EEXIST' }, async () => {
    await staged({ path, text, mode: OWN }, (part) => link(part, path));
  });
}

/** A file for its user to edit, with the rights that new files have. False: one is there already. */
export async function writeForUser(
  path: string,
  text: string,
  { force }: { readonly force: boolean },
): Promise<boolean> {
  await makeFolder(path, 0o777);
  return await attempt({ what: WRITE, path, unless: 'EEXIST' }, () =>
    writeFile(path, text, { flag: force ? 'w' : 'wx' }),
  );
}

/** Adds a text to a file that others began. */
export async function addText(path: string, text: string): Promise<void> {
  await attempt({ what: WRITE, path }, () => appendFile(path, text));
}

/** Takes a file away; one that is not there is fine. */
export async function removeText(path: string): Promise<void> {
  await attempt({ what: 'The file cannot be removed', path }, () => rm(path, { force: true }));
}

async function makeFolder(path: string, mode: number): Promise<void> {
  await attempt({ what: WRITE, path }, async () => {
    await mkdir(dirname(path), { recursive: true, mode });
  });
}

interface Staged {
  readonly path: string;
  readonly text: string;
  readonly mode: number;
}

async function staged(
  { path, text, mode }: Staged,
  place: (part: string) => Promise<void>,
): Promise<void> {
  const part = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}`);
  try {
    await writeFile(part, text, { flag: 'wx', mode, flush: true });
    await place(part);
  } finally {
    await rm(part, { force: true });
  }
}

const WRITE = 'The file cannot be written';

interface Attempt {
  readonly what: string;
  readonly path: string;
  /** The code of the error that is no failure. */
  readonly unless?: string;
}

/** False for the error that is no failure. */
async function attempt(
  { what, path, unless }: Attempt,
  work: () => Promise<void>,
): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    if (code === unless) return false;
    const fix = 'Check the path and its rights.';
    throw new Failure(what, { where: path, output: message, fix });
  }
}
