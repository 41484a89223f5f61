import { glob, readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { localUser } from './ssh-settings.ts';

/** Where ssh reads its configuration; it is built to know the second. */
export interface ConfigFiles {
  readonly user: string;
  readonly system: string;
}

/** Those of the user who runs rota. */
export function configFiles(): ConfigFiles {
  return { user: `${localUser().home}/.ssh/config`, system: '/etc/ssh/ssh_config' };
}

/**
 * The lines of ssh_config, where they say the same of all hosts and nothing that needs ssh to read it, as
 * those that come with OpenSSH; undefined else. A system's file that is not there may be elsewhere.
 */
export async function silentConfig(files: ConfigFiles): Promise<readonly string[] | undefined> {
  try {
    const user = await linesOf(files.user).catch(ifAbsent);
    return [...user, ...(await linesOf(files.system))];
  } catch {
    return undefined;
  }
}

/** Throws where a line says more; so does one that includes files, in one that is included. */
async function linesOf(file: string, isIncluded = false): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const text of (await readFile(file, 'utf8')).split('\n')) {
    const line = text.trim();
    const [, included] = /^include\s+([\w./*-]+)$/i.exec(line) ?? [];
    if (included !== undefined && !isIncluded) {
      for await (const path of glob(resolve(dirname(file), included)))
        lines.push(...(await linesOf(path, true)));
    } else if (!FOR_ALL.test(line)) {
      if (!HARMLESS.test(line)) throw new Error(line);
      lines.push(line.replaceAll(/\s+/g, ' '));
    }
  }
  return lines;
}

const FOR_ALL = /^(?:#.*|host\s+\*)?$/i;
/** Those of Debian's own file. */
const HARMLESS = /^(?:sendenv|gssapiauthentication|hashknownhosts)\s+[\w* ]+$/i;

function ifAbsent(error: NodeJS.ErrnoException): readonly string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}
