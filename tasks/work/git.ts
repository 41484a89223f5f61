import type { RunCommand } from '#engine/model/command.ts';
import { Failure } from '#engine/model/failure.ts';
import { senseless } from '#engine/model/host-answers.ts';
import type { Output, Read } from '#engine/model/read.ts';
import { type Task, task } from '#engine/model/task.ts';
import { RESOLVE_REF } from '#engine/reads/image-source.ts';
import { sh } from '#engine/shell/quote.ts';
import { isLike, pathRule, requireOptions } from '../refusals.ts';

export interface GitOptions {
  readonly repository: string;
  readonly path: string;
  /** A branch, a tag or a whole commit. */
  readonly ref: string;
}

/**
 * A checkout of a git repository at a commit, or at what a branch or tag stands for now; the host itself asks
 * the repository. What somebody has changed in it is refused, and never written over.
 */
export function git(options: GitOptions): Task {
  const { repository, path, ref } = options;
  requireOptions(`git ${path}`, [
    ['repository', isLike(repository, /^[^\s-]\S*$/), 'a URL, or a path on the host'],
    pathRule(path),
    ['ref', isLike(ref, /^[^\s-][^\s~^:?*[\\]*$/), 'a branch, a tag or a commit of 40 digits'],
  ]);
  return task({
    title: `git ${path}`,
    reads: { there: checkoutAt(options) },
    desired: ({ there }) => ({ commit: there.wanted, repository }),
    inspect: ({ there: { checkout, isOther } }) => {
      if (isOther) throw inTheWay(path);
      if (checkout === undefined) return undefined;
      if (checkout.changes.length > 0) throw dirty(path, checkout.changes);
      return checkout;
    },
    apply: ({ facts: { there } }) => [
      there.checkout === undefined
        ? clone(options, there.wanted)
        : update(options, there.wanted, there.checkout),
    ],
  });
}

interface Checkout {
  readonly commit: string;
  /** The branch that is checked out. */
  readonly branch: string | undefined;
  readonly repository: string;
  /** Files that are not as they were committed. */
  readonly changes: readonly string[];
}

interface CheckoutFact {
  /** The commit that the ref stands for. */
  readonly wanted: string;
  readonly checkout: Checkout | undefined;
  /** Whether something is there that is no checkout. */
  readonly isOther: boolean;
}

/** Nobody is there to be asked for a password. */
const QUIETLY = `export GIT_TERMINAL_PROMPT=0 GIT_SSH_COMMAND="\${GIT_SSH_COMMAND:-ssh} -o BatchMode=yes"`;

function checkoutAt({ repository, path, ref }: GitOptions): Read<CheckoutFact> {
  return {
    key: `git ${path} ${repository} ${ref}`,
    script: `${QUIETLY}
${sh`repository=${repository} ref=${ref} path=${path}`}
${RESOLVE_REF}
echo "$tag"
[ -e "$path" ] || [ -L "$path" ] || exit 0
if [ -e "$path/.git" ]; then
  git -C "$path" config remote.origin.url || echo
  status=$(git --no-optional-locks -C "$path" status --porcelain=v2 --branch --untracked-files=no) || exit
  printf '%s\\n' "$status" | grep -v '^# branch\\.[ua]'
elif [ ! -d "$path" ] || ls -A "$path" | grep -q .; then echo other; fi`,
    parse: parseCheckout,
  };
}

function parseCheckout({ stdout }: Output): CheckoutFact {
  const [wanted = '', repository, ...status] = stdout.trimEnd().split('\n');
  if (!/^[0-9a-f]{40,64}$/.test(wanted)) throw senseless(stdout);
  if (repository === undefined || status.length === 0)
    return { wanted, checkout: undefined, isOther: repository === 'other' };
  const about = (name: string) =>
    status.find((line) => line.startsWith(`# branch.${name} `))?.split(' ')[2];
  const head = about('head');
  const checkout = {
    commit: about('oid') ?? '',
    branch: head === '(detached)' ? undefined : head,
    repository,
    changes: status
      .filter((line) => !line.startsWith('#'))
      .map((line) => line.split(/[ \t]/).slice(8).join(' ')),
  };
  return { wanted, checkout, isOther: false };
}

/** Aside first, and there as a whole. */
function clone({ repository, path, ref }: GitOptions, commit: string): RunCommand {
  const [folder, name] = [
    path.slice(0, path.lastIndexOf('/')),
    path.slice(path.lastIndexOf('/') + 1),
  ];
  const aside = `${folder}/.${name}.rota`;
  return {
    kind: 'run',
    title: `clone ${repository}`,
    script: `${QUIETLY}
${sh`path=${path} aside=${aside} folder=${folder || '/'}`}
[ -d "$folder" ] || { echo "The folder $folder does not exist."; exit 1; }
rm -rf "$aside"
${sh`git clone -q --no-checkout -- ${repository}`} "$aside"
${checkOut('"$aside"', ref, commit)}
[ ! -d "$path" ] || rmdir "$path"
mv "$aside" "$path"`,
    undo: sh`[ "$(git -C ${path} rev-parse HEAD 2>/dev/null)" != ${commit} ] || rm -rf ${path}`,
  };
}

function update(
  { repository, path, ref }: GitOptions,
  commit: string,
  before: Checkout,
): RunCommand {
  const at = sh`${path}`;
  const old = before.branch === undefined ? sh`--detach ${before.commit}` : sh`${before.branch} --`;
  return {
    kind: 'run',
    title: `check out ${commit} in ${path}`,
    script: `${QUIETLY}\n${sh`git -C ${path} config remote.origin.url ${repository}`}\n${checkOut(at, ref, commit)}`,
    undo: `${sh`git -C ${path} config remote.origin.url ${before.repository}`} && git -C ${at} checkout -q ${old}`,
  };
}

/** A commit that no branch leads to is fetched by what it was named. */
function checkOut(at: string, ref: string, commit: string): string {
  const isThere = `git -C ${at} cat-file -e ${commit} 2>/dev/null`;
  return `${isThere} || git -C ${at} fetch -q origin ${sh`${ref}`}
git -C ${at} checkout -q --detach ${commit}`;
}

function inTheWay(path: string): Failure {
  return new Failure('Something else is where a checkout should be', {
    where: path,
    fix: 'Move it away on the host, or give the checkout another path.',
  });
}

function dirty(path: string, changes: readonly string[]): Failure {
  return new Failure('The checkout has changes of somebody’s own', {
    where: path,
    output: changes.slice(0, 20).join('\n'),
    fix: 'Commit them elsewhere, or drop them with git -C … checkout, and run again.',
  });
}
