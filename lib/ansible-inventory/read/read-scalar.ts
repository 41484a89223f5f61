import type { Scalar } from 'yaml';
import type { Problems } from '../problems.ts';
import type { SecretSource } from '../secrets/read-secret.ts';
import type { Opened } from '../secrets/sops/open-sops.ts';
import {
  type Meaning,
  type Reading,
  resolveJson,
  resolveTagged,
  resolveYaml11,
  resolveYaml12,
} from './resolve-scalar.ts';
import type { Plain } from './tree.ts';

/** A text that is read, and what its values are to be. */
export interface Source extends SecretSource {
  /** What stands in place of scalars that were encrypted. */
  readonly opened?: Opened | undefined;
  readonly text: string;
  readonly json: boolean;
  readonly warnings: Problems;
}

/** What a scalar means to Ansible; a problem or warning is added for what is not clear. */
export function readScalar(node: Scalar.Parsed, source: Source): Meaning {
  const text = textOfScalar(node, source);
  const reading = readingOf(node, text, source.json);
  const origin = source.originOf(node.range[0]);
  if (reading === undefined) {
    source.problems.add('The tag is not supported', origin, fixForTag(node.tag ?? ''));
    return { value: text };
  }
  if ('error' in reading) {
    source.problems.add('The value cannot be read', origin, reading.error);
    return { value: text };
  }
  const other = resolveYaml12(text);
  if (isBare(node) && !source.json && !Object.is(other, reading.value)) {
    const fix = isPassword(node, source)
      ? 'Put it in quotes.'
      : fixForReadings(text, reading.value, other);
    source.warnings.add('YAML 1.1 and YAML 1.2 read this value differently', origin, fix);
  }
  return reading;
}

/** Its text, where the end of the file cuts a block short without the newline that PyYAML does not add. */
export function textOfScalar({ source, type, range }: Scalar.Parsed, { text }: Source): string {
  const cut = type?.startsWith('BLOCK') && range[1] >= text.length && !text.endsWith('\n');
  return cut ? source.replace(/\n$/, '') : source;
}

function readingOf(node: Scalar.Parsed, text: string, json: boolean): Reading | undefined {
  if (node.tag !== undefined) return resolveTagged(node.tag, text);
  if (node.type !== 'PLAIN') return { value: text };
  return json ? resolveJson(text) : resolveYaml11(text);
}

function isBare(node: Scalar.Parsed): boolean {
  return node.type === 'PLAIN' && node.tag === undefined;
}

/** Whether it is the value of a variable whose name says so: it is not shown, plain as it stands there. */
function isPassword({ range }: Scalar.Parsed, { text }: Source): boolean {
  const before = text.slice(Math.max(0, range[0] - LONGEST_NAME), range[0]);
  return /ansible_\w*pass(?:word|phrase)?["']?\s*:\s+$/.test(before);
}

const LONGEST_NAME = 80;

function fixForReadings(text: string, value: Plain, other: Plain): string {
  if (typeof value === 'string')
    return `It is read as a text. Write "${value}", or ${String(other)}.`;
  return `It is read as ${String(value)}. Write ${String(value)}, or "${text}" for the text.`;
}

/** How to mend a tag that is not known. It may be the beginning of a password: it is not shown. */
export function fixForTag(tag: string): string {
  const [, name] = /^tag:yaml\.org,2002:([a-z]+)$/.exec(tag) ?? [];
  return name === undefined
    ? 'Remove it; a text that begins with ! needs quotes.'
    : `Remove !!${name}.`;
}
