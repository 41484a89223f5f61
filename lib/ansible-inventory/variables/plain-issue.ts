import type { SchemaIssue } from '#engine/model/playbook.ts';

/** An issue as zod has it: unknown keys by name, and what each branch of a union missed. */
export interface PlainIssue extends SchemaIssue {
  /** The type that is asked for, where that is what is wrong. */
  readonly expected?: string;
  readonly keys?: readonly string[];
  readonly errors?: readonly (readonly PlainIssue[])[];
}

/**
 * For a union, the issue of the branch that came farthest, of equal ones all that they ask for; with
 * the union's own words where no branch came farther than to its value.
 */
export function plainIssue(issue: PlainIssue): PlainIssue {
  const branches = issue.errors?.flatMap(([first]) => (first ? [plainIssue(first)] : [])) ?? [];
  const farthest = Math.max(0, ...branches.map(({ path }) => path.length));
  const best = branches.filter(({ path }) => path.length === farthest);
  const [first] = best;
  if (first === undefined) return issue;
  const isOwn = farthest === 0 && isCustom(issue);
  const message = isOwn
    ? issue.message
    : [...new Set(best.map((branch) => branch.message))].join(', or ');
  return { ...first, path: [...issue.path, ...first.path], message };
}

/** Whether a schema says in its own words what it asks for. */
export function isCustom({ message }: PlainIssue): boolean {
  return !message.startsWith('Invalid input');
}
