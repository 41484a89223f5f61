import { createHash } from 'node:crypto';
import { senseless } from '#engine/model/host-answers.ts';
import type { Output, RawAnswer } from '#engine/model/read.ts';
import { splitBytes } from './lines.ts';
import { shellFile } from './program-functions.ts';
import { sh } from './quote.ts';

/**
 * Commands of sh that tell what is at all these paths, in the shell that they are in. The answer for each
 * begins with a line, `absent` or the mode in hex and the owner, `81a4 root:root`; the content of a file, or
 * the target of a link, follows.
 */
export function lookScript(paths: readonly string[], mark: string): string {
  const groups = groupsOf(paths);
  const [root, again] = rootsBy(mark);
  const all = (tell: string) => groups.map((_, index) => `group_${index} ${tell}`);
  return [
    sh`root=${root}; again=${again}`,
    LOOK,
    ...groups.map((group, index) => `group_${index}() { "$1" ${sh`${group}`}; }`),
    'look() {',
    ...all('tell_kinds'),
    ...all('tell_contents'),
    '[ -n "$failed" ] || return 0',
    ...all('tell_again'),
    'return 1',
    '}',
    'look </dev/null',
  ].join('\n');
}

/** The answer for each path, of what lookScript printed. */
export function splitLook(
  { bytes, status, stderr }: Output,
  paths: readonly string[],
  mark: string,
): ReadonlyMap<string, Output> {
  const [root, again] = rootsBy(mark);
  // Where nothing is told again, what looks so is of a content.
  const [told = bytes, ...toldAgain] = status === 0 ? [bytes] : splitBytes(bytes, headerOf(again));
  const [lines = '', ...pieces] = splitBytes(told, headerOf(root));
  const heads = new Map(headsIn(`${lines}`, root));
  const contents = contentsOf(status === 0 ? pieces : toldAgain);
  const answerTo = (path: string): Output => {
    const head = heads.get(path);
    const content = hasContent(head) ? contents.get(path) : Buffer.of();
    const isCut = status !== 0 && stderr.includes(`cannot read ${again}${path}\n`);
    const isTold = head !== undefined && content !== undefined && !isCut;
    const answer = isTold ? Buffer.concat([Buffer.from(`${head}\n`), content]) : Buffer.of();
    return {
      status: isTold ? 0 : 1,
      bytes: answer,
      stdout: `${answer}`,
      stderr: stderr.replaceAll(again, '').replaceAll(root, ''),
    };
  };
  return new Map(paths.map((path) => [path, answerTo(path)]));
}

/** What lookScript prints where the paths are still answered so. */
export function joinLook(answers: ReadonlyMap<string, RawAnswer>, mark: string): Buffer {
  const [root] = rootsBy(mark);
  const told = toldIn(answers);
  const lines = groupsOf(told).map((group) => Buffer.from(kindLines(group, root)));
  const contents = told
    .filter(([, head]) => hasContent(head))
    .flatMap(([path, , content]) => [
      ...[BETWEEN, path].map((one) => Buffer.from(`${headerOf(root)}${one}${HEADER_END}`)),
      content,
    ]);
  return Buffer.concat([...lines, ...contents]);
}

/** Is told before each file. */
const BETWEEN = '/dev/null';
const HEADER_END = ' <==\n';

/** As tail(1) begins the line above a file's content. */
function headerOf(root: string): string {
  return `\n==> ${root}`;
}

/** Of a file or a link, by its mode in hex (inode(7)). */
function hasContent(head: string | undefined): boolean {
  return /^[8a][0-9a-f]{3} /.test(head ?? '');
}

/** By path. All users see the words of commands: a content that was made of them tells a path once more. */
function contentsOf(pieces: readonly Buffer[]): ReadonlyMap<string, Buffer> {
  const contents = new Map<string, Buffer>();
  for (const piece of pieces) {
    const end = piece.indexOf(HEADER_END);
    const path = `${piece.subarray(0, end)}`;
    if (path !== BETWEEN && contents.has(path)) throw senseless(`${path} twice`);
    contents.set(path, piece.subarray(end + HEADER_END.length));
  }
  return contents;
}

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
 * is told first, and for what is told again.
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
