import { Failure } from '#engine/model/failure.ts';
import { FUNCTION, like, OBJECT, optional, PLAIN, requireOptions } from '#engine/model/options.ts';
import type { Facts, Reads } from '#engine/model/read.ts';
import { requirement, type Task } from '#engine/model/task.ts';

export interface AssertOptions<R extends Reads> {
  readonly title: string;
  readonly reads: R;
  /** What is wrong, in words; undefined where nothing is. */
  problem(facts: Facts<R>): string | undefined;
  readonly fix?: string;
}

/** What must hold on a host before anything is changed there. Where it does not, the plan fails. */
export function assert<const R extends Reads>(options: AssertOptions<R>): Task {
  const { title, reads, fix } = options;
  requireOptions(`assert ${title}`, options, {
    title: like(/\S/, 'a text'),
    reads: OBJECT,
    problem: FUNCTION,
    fix: optional(PLAIN),
  });
  return requirement({
    title,
    reads,
    check: (facts) => {
      const problem = options.problem(facts);
      if (problem === undefined) return;
      throw new Failure('The host is not as the playbook asserts', { ran: problem, fix });
    },
  });
}
