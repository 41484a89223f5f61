import { createHash } from 'node:crypto';
import { senseless } from '#engine/model/host-answers.ts';
import type { Output, RawAnswer } from '#engine/model/read.ts';
import { splitBytes } from './lines.ts';
import { shellFile } from './program-functions.ts';
import { sh } from './quote.ts';

/**
 * An sh script that tells what is at all these paths. The answer for each begins with a line, `absent` or
 * the mode in hex and the owner, `81a4 root:root`; the content of a file, or the target of a link, follows.
 */
export function lookScript(paths: readonly string[], mark: string): string {
  return `${sh`root=${rootBy(mark)}; set -- ${paths}`}\n${LOOK}`;
}

const LOOK = shellFile(new URL('./look.sh', import.meta.url));

/** The answer for each path, of what lookScript printed. */
export function splitLook(
  { bytes, status, stderr }: Output,
  paths: readonly string[],
  mark: string,
): readonly Output[] {
  const root = rootBy(mark);
  const [lines = '', ...pieces] = splitBytes(bytes, headerOf(root));
  const heads = headsIn(`${lines}`, ` ${root}`);
  const contents = contentsOf(pieces);
  const told = paths.map((path) => {
    const head = heads.get(path);
    const content = hasContent(head) ? contents.get(path) : Buffer.of();
    return head === undefined || content === undefined
      ? undefined
      : { head, bytes: Buffer.concat([Buffer.from(`${head}\n`), content]) };
  });
  // Which file could not be read to its end is not told.
  const isCut = status !== 0 && !told.includes(undefined);
  return told.map((one) => ({
    status: one === undefined || (isCut && hasContent(one.head)) ? 1 : 0,
    bytes: one?.bytes ?? Buffer.of(),
    stdout: `${one?.bytes ?? ''}`,
    stderr,
  }));
}

/** What lookScript prints where the paths are still answered so. */
export function joinLook(answers: ReadonlyMap<string, RawAnswer>, mark: string): Buffer {
  const root = rootBy(mark);
  const told = [...answers].map(([path, { bytes }]) => {
    const end = bytes.indexOf('\n');
    return { path, head: `${bytes.subarray(0, end)}`, content: bytes.subarray(end + 1) };
  });
  const lines = told.map(({ head, path }) => ({ head, line: `${head} ${root}${path}\n` }));
  const linesOf = (isAbsent: boolean) =>
    lines.flatMap(({ head, line }) => ((head === ABSENT) === isAbsent ? [line] : []));
  const contents = told
    .filter(({ head }) => hasContent(head))
    .flatMap(({ path, content }) => [
      ...[BETWEEN, path].map((one) => Buffer.from(`${headerOf(root)}${one}${HEADER_END}`)),
      content,
    ]);
  return Buffer.concat([Buffer.from([...linesOf(true), ...linesOf(false)].join('')), ...contents]);
}

const ABSENT = 'absent';
/** Is told before each file. */
const BETWEEN = '/dev/null';
const HEADER_END = ' <==\n';

/** As tail(1) begins the line above a file's content. */
function headerOf(root: string): string {
  return `\n==> ${root}`;
}

/** `/`, in one of so many spellings that nothing on the host has it by chance, or by a guess. */
function rootBy(mark: string): string {
  const bits = createHash('sha256').update(mark).digest().readUIntBE(0, 3).toString(2);
  return `${bits.replaceAll('1', '/.').replaceAll('0', '/')}`;
}

/** Of a file or a link, by its mode in hex (inode(7)). */
function hasContent(head: string | undefined): boolean {
  return /^[8a][0-9a-f]{3} /.test(head ?? '');
}

/** Each path with what is said before it, of lines such as `81a4 root:root PATH`. */
function headsIn(lines: string, root: string): ReadonlyMap<string, string> {
  const parts = lines.split(root);
  const pathIn = (part: string) => part.slice(0, part.lastIndexOf('\n'));
  const headIn = (part = '') => part.slice(part.lastIndexOf('\n') + 1);
  return new Map(parts.slice(1).map((part, index) => [pathIn(part), headIn(parts[index])]));
}

/** By path. All users see the argv of tail(1): a content that was made of it tells a path once more. */
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
