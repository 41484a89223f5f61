import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { withoutPassword } from './address.ts';

const run = promisify(execFile);

/** A branch of a repository whose commits a worker runs. */
export interface Trusted {
  readonly url: string;
  readonly branch: string;
}

/** Commits of trusted branches as folders, below one folder of this user, which several workers may share. */
export class Checkouts {
  readonly #folder: string;
  readonly #trusted: readonly Trusted[];
  readonly #say: (text: string) => void;
  /** When each branch was last asked for. */
  readonly #fetchedAt = new Map<Trusted, number>();

  /** What git says is told here alone: there may be a password in it. */
  constructor(folder: string, trusted: readonly Trusted[], say: (text: string) => void) {
    this.#folder = resolve(folder);
    this.#trusted = trusted;
    this.#say = say;
  }

  /** The folder of a commit that a trusted branch has, or why there is none. */
  async find(commit: string): Promise<{ readonly folder: string } | { readonly why: string }> {
    const unread: string[] = [];
    for (const one of this.#trusted)
      try {
        const repository = await this.#repositoryOf(one);
        await this.#fetch(repository, one, commit);
        if (!(await has(repository, commit))) continue;
        const folder = await this.#checkOut(repository, commit);
        await touch(folder);
        return { folder };
      } catch (error) {
        this.#say(withoutPassword((error as Error).message.trim()));
        unread.push(withoutPassword(`${one.url}#${one.branch}`));
      }
    if (unread.length === 0) return { why: `no branch that it trusts has commit ${commit}` };
    return { why: `commit ${commit} cannot be had of ${unread.join(', ')}` };
  }

  async #repositoryOf({ url, branch }: Trusted): Promise<string> {
    const name = createHash('sha256').update(`${url}#${branch}`).digest('hex').slice(0, 16);
    const repository = join(this.#folder, `${name}.git`);
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await chmod(this.#folder, 0o700);
    if (existsSync(repository)) return repository;
    const part = await mkdtemp(join(this.#folder, '.part-'));
    await git(['init', '-q', '--bare', '--', part]);
    // Another worker of this user may have begun at once.
    await rename(part, repository).catch(async (error: Error) => {
      if (!existsSync(repository)) throw error;
      await rm(part, { recursive: true, force: true });
    });
    return repository;
  }

  /** Also where the commit is there: it may have been taken off the branch since. Throws where it cannot. */
  async #fetch(repository: string, one: Trusted, commit: string): Promise<void> {
    const age = performance.now() - (this.#fetchedAt.get(one) ?? Number.NEGATIVE_INFINITY);
    if (age < FRESH_MS && (await has(repository, commit))) return;
    const words = ['--git-dir', repository, 'fetch', '-q', '--no-tags', '--no-recurse-submodules'];
    const fetch = () => git([...words, '--', one.url, `+refs/heads/${one.branch}:${BRANCH}`]);
    // Another worker of this user may fetch the same just now.
    await fetch().catch(fetch);
    this.#fetchedAt.set(one, performance.now());
  }

  /** Whole, or not there: by rename. No hook, and no submodule. */
  async #checkOut(repository: string, commit: string): Promise<string> {
    const target = join(this.#folder, 'commits', commit);
    if (existsSync(target)) return target;
    await mkdir(join(this.#folder, 'commits'), { recursive: true });
    const part = await mkdtemp(join(this.#folder, 'commits', '.part-'));
    const tree = join(part, 'tree');
    await mkdir(tree);
    const own = { GIT_DIR: repository, GIT_WORK_TREE: tree, GIT_INDEX_FILE: join(part, 'index') };
    await git(['-c', NO_HOOKS, 'read-tree', commit], own);
    await git(['-c', NO_HOOKS, 'checkout-index', '--all'], own, tree);
    await rename(tree, target).catch((error: Error) => {
      if (!existsSync(target)) throw error;
    });
    await rm(part, { recursive: true, force: true });
    await this.#forgetOld(target);
    return target;
  }

  async #forgetOld(kept: string): Promise<void> {
    const folder = join(this.#folder, 'commits');
    const paths = (await readdir(folder)).map((name) => join(folder, name));
    const dated = await Promise.all(paths.map(async (path) => ({ path, at: await usedAt(path) })));
    const old = dated.toSorted((one, other) => other.at - one.at).slice(KEPT);
    for (const { path, at } of old)
      if (path !== kept && Date.now() - at > DAY_MS)
        await rm(path, { recursive: true, force: true });
  }
}

/** Says of the folder of a commit that it is in use. Of one that is gone the run in it has more to say. */
export async function touch(folder: string): Promise<void> {
  const now = new Date();
  await utimes(folder, now, now).catch(() => {});
}

/** Those that were used last stay, and what was used within a day, since another worker may run in it. */
const KEPT = 10;
const DAY_MS = 86_400_000;
/** What a fetch may take, of a large repository too: one that hangs must not hold a worker for ever. */
const MOST_MS = 600_000;
const BRANCH = 'refs/heads/trusted';
const NO_HOOKS = 'core.hooksPath=/dev/null';
/** For how long a branch is taken to be as it was fetched. */
const FRESH_MS = 60_000;

/** Of what another worker has taken away meanwhile: long ago. */
async function usedAt(path: string): Promise<number> {
  return await stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}

/** Whether the branch has it: what else the server of the repository would give out is not trusted. */
async function has(repository: string, commit: string): Promise<boolean> {
  const words = ['--git-dir', repository, 'merge-base', '--is-ancestor', commit, BRANCH];
  return await git(words).then(
    () => true,
    () => false,
  );
}

async function git(
  words: readonly string[],
  own: NodeJS.ProcessEnv = {},
  cwd?: string,
): Promise<void> {
  const env = { ...process.env, GIT_TERMINAL_PROMPT: '0', ...own };
  await run('git', words, { env, timeout: MOST_MS, ...(cwd !== undefined && { cwd }) });
}
