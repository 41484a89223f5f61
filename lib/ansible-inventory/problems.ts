import { Failure, Failures } from '#engine/model/failure.ts';
import { formatOrigin, type Host, type Origin } from '#engine/model/host.ts';
import { listOf } from '#engine/model/suggest.ts';

/** Collects what is wrong with an input: each problem once, in the order of the files. */
export class Problems {
  readonly #found = new Map<string, { readonly origin: Origin; readonly failure: Failure }>();

  add(what: string, origin: Origin, fix: string): void {
    const where = formatOrigin(origin);
    const key = `${where} ${what}`;
    if (!this.#found.has(key))
      this.#found.set(key, { origin, failure: new Failure(what, { where, fix }) });
  }

  /** Takes what others hold, with this fix: their own may show what is in an encrypted file. */
  take(others: Problems, fix: string): void {
    for (const { origin, failure } of others.#found.values())
      this.add(failure.message, origin, fix);
  }

  /** What some work gives; undefined, with a problem added, where it throws Unresolved. */
  attempt<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof Unresolved)) throw error;
      this.add(error.message, error.origin, error.fix ?? '');
      return undefined;
    }
  }

  get sorted(): readonly Failure[] {
    return [...this.#found.values()].sort(byPosition).map(({ failure }) => failure);
  }

  /** Throws Failures when anything was found. */
  throwIfAny(): void {
    if (this.#found.size > 0) throw new Failures(this.sorted);
  }
}

function byPosition(a: { readonly origin: Origin }, b: { readonly origin: Origin }): number {
  return (
    byText(a.origin.file, b.origin.file) ||
    a.origin.line - b.origin.line ||
    a.origin.column - b.origin.column
  );
}

function byText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** An expression without a result, or a secret that cannot be had; thrown where the value is used. */
export class Unresolved extends Failure {
  readonly origin: Origin;

  constructor(what: string, origin: Origin, fix: string) {
    super(what, { where: formatOrigin(origin), fix });
    this.origin = origin;
  }
}

/** An expression that needs what is not defined: a default in another one may take its place. */
export class Missing extends Unresolved {}

/** A message of others with a full stop at its end, unless it has an end already. */
export function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}

interface HostProblem {
  readonly what: string;
  readonly origin: Origin;
  readonly fix: string;
  /** The host that lacks a variable; the fix then begins with the names of all that do. */
  readonly missingFrom?: Host;
}

/** Problems that many hosts may share, from one variable of a group or one range of hosts. */
export class HostProblems {
  readonly #shared = new Map<
    string,
    { readonly problem: HostProblem; readonly hosts: Set<string> }
  >();

  add(problem: HostProblem): void {
    const { what, origin, fix, missingFrom } = problem;
    const key = JSON.stringify([what, origin, fix]);
    const shared = this.#shared.get(key) ?? { problem, hosts: new Set() };
    this.#shared.set(key, shared);
    if (missingFrom) shared.hosts.add(missingFrom.name);
  }

  throwIfAny(): void {
    const problems = new Problems();
    for (const { problem, hosts } of this.#shared.values()) {
      problems.add(problem.what, problem.origin, fixFor(problem.fix, [...hosts]));
    }
    problems.throwIfAny();
  }
}

function fixFor(fix: string, hosts: readonly string[]): string {
  if (hosts.length === 0) return fix;
  return `Set it for ${listOf(hosts)}.${fix}`;
}
