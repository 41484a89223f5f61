import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** In every secret of the test, and nowhere else. */
export const MARK = 'cAnArY7f';

/** What of the mark is in a base64 of a text that has it, wherever it begins. */
const FORMS = [MARK, ...[0, 1, 2].map(insideBase64)];

function insideBase64(before: number): string {
  const bytes = Buffer.from(`${'x'.repeat(before)}${MARK}`);
  const encoded = bytes.subarray(0, bytes.length - (bytes.length % 3)).toString('base64');
  return before === 0 ? encoded : encoded.slice(4);
}

/** Where a text shows something of a secret. */
export function leaksIn(text: string): readonly string[] {
  return text.split('\n').filter((line) => FORMS.some((form) => line.includes(form)));
}

/** The files below a folder that show something of a secret, by their paths in it. */
export function filesWithLeaks(folder: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => leaksIn(readFileSync(path, 'latin1')).length > 0)
    .map((path) => path.slice(folder.length + 1))
    .sort();
}

/** Programs of sh and Node live longer than that; and the machine is shared. */
const LOOK_MS = 15;

/** Looks at the arguments of all processes of this machine, the lab's among them, until it is told to end. */
export function watchArguments(): () => Promise<{
  readonly seen: number;
  readonly leaks: readonly string[];
}> {
  const seen = new Set<string>();
  let looking = true;
  const watch = (async () => {
    while (looking) {
      for (const pid of readdirSync('/proc')) if (/^\d+$/.test(pid)) seen.add(argumentsOf(pid));
      await setTimeout(LOOK_MS);
    }
  })();
  return async () => {
    looking = false;
    await watch;
    return { seen: seen.size, leaks: [...seen].filter((text) => leaksIn(text).length > 0) };
  };
}

function argumentsOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
