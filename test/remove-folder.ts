import { existsSync, rmSync } from 'node:fs';

const TRIES = 100;
const PAUSE_MS = 50;

/**
 * Removes a folder in which a process may still make and remove files for a moment. Node alone ends
 * without a word at a file that is gone meanwhile, and throws at one that is new.
 */
export function removeFolder(path: string): void {
  for (let tries = 1; existsSync(path); tries += 1) {
    try {
      rmSync(path, { recursive: true });
    } catch (error) {
      if (tries >= TRIES) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}
