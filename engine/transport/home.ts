import { homedir } from 'node:os';
import { join } from 'node:path';

/** A path with the user's own folder in place of a leading `~`. */
export function expandHome(path: string): string {
  return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path;
}
