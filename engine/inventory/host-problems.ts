import type { Host, Origin } from '#engine/model/host.ts';
import { Problems } from './problems.ts';

export interface HostProblem {
  readonly what: string;
  readonly origin: Origin;
  readonly fix: string;
  /** Named in the fix, for a problem of the host rather than of a value. */
  readonly host?: Host;
}

const MOST_NAMES = 5;

/** Problems that many hosts may share, from one variable of a group or one range of hosts. */
export class HostProblems {
  readonly #shared = new Map<
    string,
    { readonly problem: HostProblem; readonly hosts: Set<string> }
  >();

  add(problem: HostProblem): void {
    const { what, origin, fix, host } = problem;
    const key = JSON.stringify([what, origin, fix]);
    const shared = this.#shared.get(key) ?? { problem, hosts: new Set() };
    this.#shared.set(key, shared);
    if (host) shared.hosts.add(host.name);
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
  return `${fix.replace(/\.$/, '')} for ${hosts.slice(0, MOST_NAMES).join(', ')}${more}.`;
}
