import {
  type Document,
  isMap,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml';
import type { z } from 'zod';
import { Failure, Failures } from '#engine/model/failure.ts';
import { didYouMean, listOf } from '#engine/model/suggest.ts';
import { yamlMend } from '#lib/ansible-inventory/index.ts';
import { readText } from '../text-files.ts';
import { Defaults } from './schema.ts';

/** Reads a file of defaults. Throws Failures with all that is wrong in it, by line and column. */
export async function readDefaults(path: string): Promise<Defaults> {
  const lines = new LineCounter();
  const options = { lineCounter: lines, prettyErrors: false, logLevel: 'error' } as const;
  const text = (await readText(path)) ?? '';
  const document = parseDocument(text, options);
  const unread = unreadable(document, text);
  const parsed = Defaults.safeParse(unread.length > 0 ? null : (document.toJS() ?? {}));
  if (parsed.success) return parsed.data;
  const all = unread.length > 0 ? unread : problemsOf(parsed.error, document);
  throw new Failures(
    all
      .toSorted((one, other) => one.offset - other.offset)
      .map(({ what, offset, fix }) => {
        const { line, col } = lines.linePos(offset);
        return new Failure(what, { where: `${path}:${line}:${col}`, fix });
      }),
  );
}

interface WrongDefault {
  readonly what: string;
  /** In the text. */
  readonly offset: number;
  readonly fix: string;
}

/** What makes no values of it. */
function unreadable(document: Document.Parsed, text: string): readonly WrongDefault[] {
  const problems = document.errors.map((error): WrongDefault => {
    return { what: whatOf(error), offset: error.pos[0], fix: yamlMend(error, text) };
  });
  visit(document, {
    Alias: (_, { range }) => {
      const fix = 'Write the value out.';
      problems.push({ what: 'The file has an alias', offset: range?.[0] ?? 0, fix });
    },
  });
  return problems;
}

function whatOf({ code }: YAMLError): string {
  return code === 'MULTIPLE_DOCS'
    ? 'The file has more than one document'
    : 'The file is not valid YAML';
}

type Path = readonly PropertyKey[];

function problemsOf({ issues }: z.ZodError, document: Document.Parsed): readonly WrongDefault[] {
  return issues.flatMap((issue): WrongDefault | readonly WrongDefault[] => {
    const { path, message } = issue;
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => {
        return { ...unknownKey(path, key), offset: offsetOf(document, [...path, key], 'key') };
      });
    const isMissing = issue.code === 'invalid_type' && issue.expected === 'object';
    return {
      what:
        path.length === 0
          ? 'The file is no list of defaults'
          : `The value of ${spell(path)} is wrong`,
      offset: offsetOf(document, path, 'value'),
      fix: isMissing ? 'Expected names with their values, such as forks: 10.' : message,
    };
  });
}

function unknownKey(path: Path, key: string): Omit<WrongDefault, 'offset'> {
  if (path.length === 0 && LOOSENING.has(key))
    return {
      what: `A file cannot ask for ${key}`,
      fix: `What makes a run less careful is said by who makes it, with --${key === 'watch' ? 'no-watch' : key}.`,
    };
  const { report, 'at-most': limits } = Defaults.shape;
  const [holder] = path;
  const inner = holder === 'report' ? report : limits;
  const names = Object.keys(holder === undefined ? Defaults.shape : inner.unwrap().shape);
  return {
    what: `There is no default ${spell([...path, key])}`,
    fix: didYouMean(key, names, `Use ${listOf(names, names.length)}.`),
  };
}

/** Approvals, and what loosens a gate: nobody is to have them without knowing. */
const LOOSENING: ReadonlySet<string> = new Set([
  ...['adopt', 'allow-outage', 'bootstrap', 'carry-on', 'force', 'max-age', 'max-fail'],
  ...['no-watch', 'repair', 'replace', 'watch', 'yes'],
]);

/** Where a value begins, or its key; of what is not there, the whole. */
function offsetOf({ contents }: Document.Parsed, path: Path, part: 'key' | 'value'): number {
  const [name, ...rest] = path;
  const holder = rest.length > 0 ? pairIn(contents, name)?.value : contents;
  const pair = pairIn(holder, rest.at(-1) ?? name);
  const node = (part === 'key' ? pair?.key : pair?.value) ?? pair?.key ?? contents;
  return (node as { readonly range?: readonly number[] } | null)?.range?.[0] ?? 0;
}

function pairIn(holder: unknown, name: PropertyKey | undefined) {
  if (!isMap(holder)) return undefined;
  return holder.items.find(({ key }) => isScalar(key) && String(key.value) === name);
}

function spell(path: Path): string {
  return path.map(String).join('.');
}
