import { createHash } from 'node:crypto';
import type { RawAnswer } from '#engine/model/read.ts';
import { shellFile } from './program-functions.ts';

/** The functions of scripts that tell what is at paths. */
export const LOOK = shellFile(new URL('./look.sh', import.meta.url));

/** So many paths at once that the arguments of a command have room for them, however long they are. */
const GROUP = 100;

/** Items in the groups in which a script tells them. */
export function groupsOf<T>(items: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / GROUP) }, (_, index) =>
    items.slice(index * GROUP, (index + 1) * GROUP),
  );
}

/**
 * Two ways to write `/`, each of so many that nothing on the host has it by chance, or by a guess: for what
 * is told first, and for what is told again, which nobody has seen before that.
 */
export function rootsBy(mark: string): readonly [string, string] {
  const hash = createHash('sha256').update(mark).digest();
  const rootAt = (offset: number) =>
    hash.readUIntBE(offset, 3).toString(2).replaceAll('0', '/').replaceAll('1', '/.');
  return [rootAt(0), rootAt(3)];
}

/** Each path with what is said before it, of lines such as `81a4 root:root PATH`, in order. */
export function headsIn(lines: string, root: string): readonly (readonly [string, string])[] {
  const parts = lines.split(` ${root}`);
  const pathIn = (part: string) => part.slice(0, part.lastIndexOf('\n'));
  const headIn = (part = '') => part.slice(part.lastIndexOf('\n') + 1);
  return parts.slice(1).map((part, index) => [pathIn(part), headIn(parts[index])]);
}

/** What was told of a path: a line, and what follows it. */
export type ToldPath = readonly [path: string, head: string, rest: Buffer];

/** What was told, path by path. */
export function toldIn(answers: ReadonlyMap<string, RawAnswer>): readonly ToldPath[] {
  return [...answers].map(([path, { bytes }]) => {
    const end = bytes.indexOf('\n');
    return [path, `${bytes.subarray(0, end)}`, bytes.subarray(end + 1)];
  });
}

/** The lines of `tell_kinds` for a group: first those of what is absent. */
export function kindLines(group: readonly ToldPath[], root: string): string {
  const linesOf = (isAbsent: boolean) =>
    group
      .filter(([, head]) => (head === 'absent') === isAbsent)
      .map(([path, head]) => `${head} ${root}${path}\n`);
  return [...linesOf(true), ...linesOf(false)].join('');
}
