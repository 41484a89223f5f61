import { Failure, Failures } from '#engine/model/failure.ts';

/** What must hold of an option, what is wrong where it does not, and how to mend it. */
type Rule = readonly [holds: boolean, what: string, fix: string];

/** Refuses a task before anything is connected, with all that is wrong with its options at once. */
export function requireOptions(where: string, rules: readonly Rule[]): void {
  const broken = rules.filter(([holds]) => !holds);
  if (broken.length > 0)
    throw new Failures(broken.map(([, what, fix]) => new Failure(what, { where, fix })));
}
