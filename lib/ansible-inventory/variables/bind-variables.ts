import type { Host } from '#engine/model/host.ts';
import type { Member, Schema } from '#engine/model/playbook.ts';
import { Secret } from '#engine/model/secret.ts';
import { didYouMean } from '#engine/model/suggest.ts';
import { HostProblems, sentence, Unresolved } from '../problems.ts';
import { isCustom, type PlainIssue, plainIssue, withNumbers } from './schema-issues.ts';

/**
 * Checks and types the variables of hosts. The schema gets those that it names; a variable under the
 * prefixes that it does not name is a problem. Throws Failures with all problems of all hosts, each once.
 */
export function bindVariables<V>(
  schema: Schema<V> | undefined,
  hosts: readonly Host[],
  prefixes: readonly string[],
): readonly Member<V>[] {
  const names = schema === undefined ? [] : schemaNames(schema);
  const isNamed = (name: string) => names?.includes(name) ?? isOurs(name);
  const isOurs = (name: string) => prefixes.some((prefix) => name.startsWith(prefix));
  const problems = new HostProblems();
  const members: Member<V>[] = [];
  for (const host of hosts) {
    const context = { host, names: names ?? [], problems };
    for (const name of host.variables.keys())
      if (isOurs(name) && !isNamed(name)) reportUnknown([name], context);
    const { input, unresolved } = inputOf(host, isNamed, problems);
    const result = parsed(schema, input, host);
    if ('vars' in result) members.push({ host, vars: result.vars });
    else
      for (const issue of result.issues) {
        if (!unresolved.has(issue.path[0])) report(issue, context);
      }
  }
  problems.throwIfAny();
  return members;
}

type Parsed<V> = { readonly vars: V } | { readonly issues: readonly PlainIssue[] };

function parsed<V>(schema: Schema<V> | undefined, input: Input['input'], host: Host): Parsed<V> {
  // A playbook without a schema has no type for its variables, and nobody reads them.
  if (schema === undefined) return { vars: input as V };
  const result = schema.safeParse(input);
  if (result.success) return { vars: result.data };
  const issues = result.error.issues.map(plainIssue);
  const mended = withNumbers(input, issues, host);
  return mended === undefined ? { issues } : parsed(schema, mended, host);
}

interface Input {
  readonly input: Readonly<Record<string, unknown>>;
  /** Names of variables that are left out: their expressions have no result. */
  readonly unresolved: ReadonlySet<unknown>;
}

function inputOf(host: Host, isNamed: (name: string) => boolean, problems: HostProblems): Input {
  const entries: [string, unknown][] = [];
  const unresolved = new Set<unknown>();
  for (const [name, variable] of host.variables) {
    if (!isNamed(name)) continue;
    try {
      entries.push([name, revealed(variable.value)]);
    } catch (error) {
      if (!(error instanceof Unresolved)) throw error;
      unresolved.add(name);
      problems.add({ what: error.message, origin: error.origin, fix: error.fix ?? '' });
    }
  }
  return { input: Object.fromEntries(entries), unresolved };
}

interface Context {
  readonly host: Host;
  readonly names: readonly string[];
  readonly problems: HostProblems;
}

function report(issue: PlainIssue, context: Context) {
  const { host, problems } = context;
  if (issue.keys !== undefined) {
    for (const key of issue.keys) reportUnknown([...issue.path, key], context);
    return;
  }
  const [name, ...rest] = issue.path;
  const variable = host.variables.get(String(name));
  if (name === undefined) {
    problems.add({
      what: `The variables of ${host.name} do not fit together`,
      origin: host.origin,
      fix: sentence(issue.message),
    });
  } else if (variable === undefined) {
    const what = `The variable ${String(name)} is missing`;
    problems.add({ what, origin: host.origin, missingFrom: host, fix: customMessage(issue) });
  } else if (rest.length > 0 && valueAt(variable.value, rest) === undefined) {
    const what = `The value ${spell(issue.path)} is missing`;
    problems.add({
      what,
      origin: variable.originOf(rest),
      fix: `Add it. ${sentence(issue.message)}`,
    });
  } else {
    const what = `The value of ${spell(issue.path)} is wrong`;
    problems.add({ what, origin: variable.originOf(rest), fix: sentence(issue.message) });
  }
}

function reportUnknown(path: readonly PropertyKey[], { host, names, problems }: Context): void {
  const [name, ...rest] = path;
  const variable = host.variables.get(String(name));
  const origin = rest.length === 0 ? variable?.origin : variable?.originOf(rest);
  const fix =
    rest.length === 0
      ? didYouMean(String(name), names, "Remove it, or rename it: the prefix is the playbook's.")
      : 'Remove it.';
  problems.add({
    what: `The variable ${spell(path)} is unknown`,
    origin: origin ?? host.origin,
    fix,
  });
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, step) =>
      typeof inner === 'object' && inner !== null ? Reflect.get(inner, step) : undefined,
    value,
  );
}

/** As one would write it in code: disks[0].size. */
function spell(path: readonly PropertyKey[]): string {
  return path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      return index === 0 ? String(step) : `.${String(step)}`;
    })
    .join('');
}

/** What a schema says in its own words: a variable may be missing because of another's value. */
function customMessage(issue: PlainIssue): string {
  return isCustom(issue) ? ` ${sentence(issue.message)}` : '';
}

/**
 * Plain data with what its secrets mean in place of them, for a schema to look at. Throws Unresolved
 * for one that cannot be had.
 */
function revealed(value: unknown): unknown {
  if (value instanceof Secret) return value.revealMeaning();
  if (Array.isArray(value)) return value.map(revealed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, revealed(inner)]));
}

/** What a zod schema says of itself, whatever it is around or made of. */
interface SchemaDefinition {
  readonly shape?: object;
  readonly in?: unknown;
  readonly out?: unknown;
  readonly innerType?: unknown;
  readonly left?: unknown;
  readonly right?: unknown;
  readonly options?: readonly unknown[];
  getter?(): unknown;
}

/** The top-level names that a zod schema knows; undefined when it names none, as a record does. */
function schemaNames(schema: unknown): readonly string[] | undefined {
  const { def = {} } = Object(schema) as { readonly def?: SchemaDefinition };
  if (def.shape !== undefined) return Object.keys(def.shape);
  if (def.getter !== undefined) return schemaNames(def.getter());
  if (def.in !== undefined) return schemaNames(def.in) ?? schemaNames(def.out);
  const parts = [def.innerType, def.left, def.right, ...(def.options ?? [])];
  const names = parts.flatMap((part) => (part === undefined ? [] : (schemaNames(part) ?? [])));
  return names.length === 0 ? undefined : names;
}
