import type { Host, Origin } from '#engine/model/host.ts';
import { Problems } from '../problems.ts';

export interface HostProblem {
  readonly what: string;
  readonly origin: Origin;
  readonly fix: string;
  /** The host that lacks a variable; the fix then begins with the names of all that do. */
  readonly missingFrom?: Host;
}

const MOST_NAMES = 5;

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
  const more = hosts.length > MOST_NAMES ? ` and ${hosts.length - MOST_NAMES} more` : '';
  return `Set it for ${hosts.slice(0, MOST_NAMES).join(', ')}${more}.${fix}`;
}
