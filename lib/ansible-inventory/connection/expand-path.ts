import { homedir } from 'node:os';
import { resolve } from 'node:path';

/** The absolute path: `~` is the user's home, a relative one starts at the working directory. */
export function expandPath(path: string): string {
  return resolve(path.replace(/^~(?=\/|$)/, () => homedir()));
}
