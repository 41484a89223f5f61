import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { relative } from 'node:path';
import { Failure } from '#engine/model/failure.ts';

/** The commit of a repository that workers check out, and paths in it. */
export interface Clone {
  readonly commit: string;
  /** The same path from the top of the repository. Throws a Failure for one that is elsewhere. */
  pathOf(path: string): string;
}

/** The repository of a folder. Throws a Failure where what is in it is not all in its last commit. */
export function sourceIn(folder: string): Clone {
  const git = (...words: readonly string[]) => gitIn(folder, words);
  const top = git('rev-parse', '--show-toplevel');
  const changed = git('status', '--porcelain');
  if (changed !== '')
    throw new Failure('The repository has changes that are in no commit', {
      where: top,
      output: changed,
      fix: 'Commit and push them: workers check a commit out.',
    });
  return { commit: git('rev-parse', 'HEAD'), pathOf: (path) => pathIn(top, path) };
}

function pathIn(top: string, path: string): string {
  const found = existsSync(path) ? relative(top, realpathSync(path)) : '';
  const isBelow = found !== '' && !found.startsWith('..') && !found.includes(',');
  if (isBelow && isCommitted(top, found)) return found;
  throw new Failure('A worker has only what is in the repository', {
    where: path,
    fix: `Put it into a file below ${top} without a comma in its name, and commit and push it.`,
  });
}

/** What git is told to ignore is no change, and in no commit. */
function isCommitted(cwd: string, path: string): boolean {
  const words = ['cat-file', '-e', `HEAD:${path}`];
  return spawnSync('git', words, { cwd, stdio: 'ignore' }).status === 0;
}

function gitIn(cwd: string, words: readonly string[]): string {
  try {
    return execFileSync('git', words, {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  } catch (error) {
    const { stderr = '', message } = error as Error & { readonly stderr?: string };
    throw new Failure('The queue is for a repository of git', {
      where: cwd,
      output: stderr || message,
      fix: 'Run rota in a clone of the repository that the workers trust.',
    });
  }
}
