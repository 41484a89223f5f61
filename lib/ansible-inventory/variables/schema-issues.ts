import type { Host } from '#engine/model/host.ts';
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

type Input = Readonly<Record<string, unknown>>;

/**
 * The input with numbers where a schema asks for them and an expression or `-e name=value` gave the
 * text of one, as Ansible's modules take them; undefined when there is no such text.
 */
export function withNumbers(
  input: Input,
  issues: readonly PlainIssue[],
  host: Host,
): Input | undefined {
  const mended = issues.reduce((found, issue) => mend(found, issue, host), input);
  return mended === input ? undefined : mended;
}

function mend(input: Input, { path, expected }: PlainIssue, host: Host): Input {
  const [name, ...rest] = path;
  if (expected !== 'number' && expected !== 'int') return input;
  const variable = host.variables.get(String(name));
  const isOfCommandLine = rest.length === 0 && variable?.origin.file.startsWith('-e ');
  if (!isOfCommandLine && !isOfExpression(variable?.written, rest)) return input;
  return replaced(input, path) as Input;
}

/** Whether the file has an expression at a path, or at a part that the path leads through. */
function isOfExpression(written: unknown, path: readonly PropertyKey[]): boolean {
  if (typeof written === 'string') return written.includes('{{');
  const [step, ...rest] = path;
  if (step === undefined || typeof written !== 'object' || written === null) return false;
  return Object.hasOwn(written, step) && isOfExpression(Reflect.get(written, step), rest);
}

function replaced(value: unknown, path: readonly PropertyKey[]): unknown {
  const [step, ...rest] = path;
  if (step === undefined) {
    const isNumber = typeof value === 'string' && /^-?[0-9]{1,15}(?:\.[0-9]{1,15})?$/.test(value);
    return isNumber ? Number(value) : value;
  }
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return value;
  const inner: unknown = Reflect.get(value, step);
  const other = replaced(inner, rest);
  if (other === inner) return value;
  if (Array.isArray(value)) return value.with(Number(step), other);
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([name, each]) => [name, name === step ? other : each]));
}
