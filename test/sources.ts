import { execFileSync } from 'node:child_process';

/** A node of ESTree, as far as tests of the sources look at it. */
export interface Node {
  readonly type: string;
  readonly [part: string]: unknown;
}

/** The files of the product, without its tests, that match these patterns of git. */
export function sourceFiles(...patterns: readonly string[]): readonly string[] {
  return execFileSync('git', ['ls-files', ...patterns], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .filter((file) => !/^(test|vitest)/.test(file));
}
