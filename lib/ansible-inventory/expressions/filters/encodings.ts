import { createHash } from 'node:crypto';
import type { Callable, Usual } from '../callable.ts';
import { truth } from '../compare.ts';
import { Flaw } from '../flaw.ts';
import { jsonOf } from '../json-text.ts';
import { textOf } from '../python-text.ts';
import { readData } from '../read-data.ts';
import { withoutTrailing } from '../trailing.ts';
import { settle, type Value, Verbatim } from '../value.ts';
import { wholeOf } from './whole.ts';

const HASHES = ['sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'md5'];

/** Filters that write a value in another form, or read it. */
export const ENCODINGS: Readonly<Record<string, Callable<Value>>> = {
  to_json: {
    parameters: 'indent? sort_keys? ensure_ascii?',
    run: (input, [indent = null, sorted = false, ascii = true]) =>
      json(input, {
        indent: indent === null ? undefined : wholeOf(indent),
        sorted: truth(sorted),
        ascii: truth(ascii),
      }),
  },
  to_nice_json: {
    parameters: 'indent? sort_keys? ensure_ascii?',
    run: (input, [indent = 4n, sorted = true, ascii = true]) =>
      json(input, { indent: wholeOf(indent), sorted: truth(sorted), ascii: truth(ascii) }),
  },
  from_json: {
    parameters: '',
    run: (input) => readData(textOf(input), 'json'),
  },
  from_yaml: {
    parameters: '',
    run: (input) => (typeof input === 'string' ? readData(input, 'yaml') : settle(input)),
  },
  quote: {
    parameters: '',
    run: (input) => quoted(input === null ? '' : textOf(input)),
  },
  b64encode: {
    parameters: '',
    run: (input) => Buffer.from(textOf(input)).toString('base64'),
  },
  b64decode: { parameters: '', run: (input) => decoded(textOf(input)) },
  hash: {
    parameters: 'hashtype?',
    run: (input, [type = 'sha1']) => digest(textOf(input), type),
  },
  sha1: hash('sha1'),
  checksum: hash('sha1'),
  md5: hash('md5'),
};

interface JsonRequest {
  readonly indent: number | undefined;
  readonly sorted: boolean;
  readonly ascii: boolean;
}

function json(input: Value, request: JsonRequest): Verbatim {
  const { indent = 0 } = request;
  if (indent < 0 || indent > 20) throw new Flaw('The indent is out of range', 'Give 0 to 20.');
  return new Verbatim(jsonOf(input, request));
}

function hash(type: string): Usual<Value> {
  return { parameters: '', run: (input) => digest(textOf(input), type) };
}

function digest(text: string, type: Value): string {
  if (typeof type === 'string' && HASHES.includes(type)) {
    return createHash(type).update(text).digest('hex');
  }
  throw new Flaw('The kind of hash is not supported', `Write one of ${HASHES.join(', ')}.`);
}

/** As Python's `shlex.quote`. */
function quoted(text: string): string {
  if (text !== '' && /^[\w@%+=:,./-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", `'"'"'`)}'`;
}

/** As Python reads base64: what is no letter of it is skipped, padding must fit, and it is UTF-8. */
function decoded(text: string): string {
  const letters = text.replace(/[^A-Za-z0-9+/=]/g, '');
  const content = withoutTrailing(letters, (each) => each === '=');
  if (letters.length % 4 !== 0 || content.includes('=')) {
    throw new Flaw('The text is not base64', 'Check it: its length is a multiple of 4.');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      Buffer.from(content, 'base64'),
    );
  } catch {
    throw new Flaw('The decoded text is not UTF-8', 'Only texts can be used.');
  }
}
