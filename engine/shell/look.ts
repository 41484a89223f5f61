import { senseless } from '#engine/model/host-answers.ts';
import type { Output, RawAnswer } from '#engine/model/read.ts';
import { splitBytes } from './lines.ts';
import { groupsOf, headsIn, kindLines, LOOK, rootsBy, toldIn } from './path-lines.ts';
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
  const [told = bytes, ...toldAgain] = splitBytes(bytes, headerOf(again));
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
