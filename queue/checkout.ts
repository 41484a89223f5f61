import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A branch of a repository whose commits a worker runs. */
export interface Trusted {
  readonly url: string;
  readonly branch: string;
}

/** Commits of trusted branches as folders, below one folder of this worker. */
export class Checkouts {
  readonly #folder: string;
  readonly #trusted: readonly Trusted[];

  constructor(folder: string, trusted: readonly Trusted[]) {
    this.#folder = folder;
    this.#trusted = trusted;
  }

  /** The folder of a commit; undefined where no trusted branch has it. */
  async folderOf(commit: string): Promise<string | undefined> {
    for (const one of this.#trusted) {
      const repository = await this.#repositoryOf(one);
      if (!(await has(repository, commit)) && !(await fetched(repository, one))) continue;
      if (await has(repository, commit)) return await this.#extract(repository, commit);
    }
    return undefined;
  }

  async #repositoryOf({ url, branch }: Trusted): Promise<string> {
    const name = createHash('sha256').update(`${url}#${branch}`).digest('hex').slice(0, 16);
    const repository = join(this.#folder, `${name}.git`);
    if (!existsSync(repository)) await run('git', ['init', '-q', '--bare', '--', repository]);
    return repository;
  }

  /** Whole, or not there: by rename. */
  async #extract(repository: string, commit: string): Promise<string> {
    const target = join(this.#folder, 'commits', commit);
    if (existsSync(target)) return target;
    await mkdir(join(this.#folder, 'commits'), { recursive: true });
    const part = await mkdtemp(join(this.#folder, 'commits', '.part-'));
    const archive = join(part, 'archive.tar');
    await run('git', ['--git-dir', repository, 'archive', '-o', archive, commit]);
    await mkdir(join(part, 'tree'));
    await run('tar', ['-xf', archive, '-C', join(part, 'tree')]);
    await rename(join(part, 'tree'), target).catch(() => {});
    await rm(part, { recursive: true, force: true });
    await this.#forgetOld(target);
    return target;
  }

  async #forgetOld(kept: string): Promise<void> {
    const folder = join(this.#folder, 'commits');
    const paths = (await readdir(folder)).map((name) => join(folder, name));
    const dated = await Promise.all(
      paths.map(async (path) => ({ path, at: (await stat(path)).ctimeMs })),
    );
    const old = dated.toSorted((one, other) => other.at - one.at).slice(KEPT);
    for (const { path } of old) if (path !== kept) await rm(path, { recursive: true, force: true });
  }
}

const KEPT = 10;
const BRANCH = 'refs/heads/trusted';

/** Whether the branch has it: what else the server of the repository would give out is not trusted. */
async function has(repository: string, commit: string): Promise<boolean> {
  const words = ['--git-dir', repository, 'merge-base', '--is-ancestor', commit, BRANCH];
  return await succeeds(words);
}

async function fetched(repository: string, { url, branch }: Trusted): Promise<boolean> {
  const words = ['--git-dir', repository, 'fetch', '-q', '--no-tags', '--', url];
  return await succeeds([...words, `+refs/heads/${branch}:${BRANCH}`]);
}

async function succeeds(words: readonly string[]): Promise<boolean> {
  return await run('git', words, { env: { ...process.env, GIT_TERMINAL_PROMPT: '0' } }).then(
    () => true,
    () => false,
  );
}
