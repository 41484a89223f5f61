import type { Output, RawAnswer } from '#engine/model/read.ts';
import { groupsOf, headsIn, kindLines, LOOK, rootsBy, toldIn } from './look.ts';
import { shellFile } from './program-functions.ts';
import { sh } from './quote.ts';

/**
 * As lookScript, but for files that are compared by their hash: the first line of an answer has the size,
 * too, `123456 81a4 root:root`, and the SHA-256 of a file follows, not its content.
 */
export function hashScript(paths: readonly string[], mark: string): string {
  const [root] = rootsBy(mark);
  const groups = groupsOf(paths).map((group) => sh`tell_kinds ${group}\ntell_contents ${group}`);
  return [sh`root=${root}`, LOOK, HASHES, ...groups].join('\n');
}

const HASHES = shellFile(new URL('./hashes.sh', import.meta.url));

/** The answer for each path, of what hashScript printed. */
export function splitHashes(
  { bytes, stderr }: Output,
  paths: readonly string[],
  mark: string,
): ReadonlyMap<string, Output> {
  const [root] = rootsBy(mark);
  const lines = headsIn(`${bytes}`, root);
  const kinds = new Map(lines.filter(([, head]) => !isHash(head)));
  const hashes = new Map(lines.filter(([, head]) => isHash(head)));
  const answerTo = (path: string): Output => {
    const kind = kinds.get(path);
    const hash = isFile(kind) ? hashes.get(path)?.trim() : '';
    const isTold = kind !== undefined && hash !== undefined;
    const stdout = isTold ? `${kind}\n${hash}` : '';
    return {
      status: isTold ? 0 : 1,
      bytes: Buffer.from(stdout),
      stdout,
      stderr: stderr.replaceAll(root, ''),
    };
  };
  return new Map(paths.map((path) => [path, answerTo(path)]));
}

/** What hashScript prints where the paths are still answered so. */
export function joinHashes(answers: ReadonlyMap<string, RawAnswer>, mark: string): Buffer {
  const [root] = rootsBy(mark);
  const lines = groupsOf(toldIn(answers)).flatMap((group) => {
    const files = group.filter(([, kind]) => isFile(kind));
    return [kindLines(group, root), ...files.map(([path, , hash]) => `${hash}  ${root}${path}\n`)];
  });
  return Buffer.from(lines.join(''));
}

/** As sha256sum(1) begins a line, up to the second of its blanks. */
function isHash(head: string): boolean {
  return /^[0-9a-f]{64} $/.test(head);
}

/** By its mode in hex (inode(7)). */
function isFile(kind: string | undefined): boolean {
  return /^\d+ 8/.test(kind ?? '');
}
