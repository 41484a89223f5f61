import { posix } from 'node:path';
import type { Callable, Usual } from '../callable.ts';
import { Flaw } from '../flaw.ts';
import { withoutTrailing } from '../trailing.ts';
import { type Content, isList, nameOfType, settle, type Value } from '../value.ts';

/** Filters of paths, by Python's rules for POSIX. No file is looked at. */
export const PATHS: Readonly<Record<string, Callable<Value>>> = {
  basename: ofPath((path) => path.slice(path.lastIndexOf('/') + 1)),
  dirname: ofPath((path) => {
    const head = path.slice(0, path.lastIndexOf('/') + 1);
    return /^\/*$/.test(head) ? head : withoutTrailing(head, (each) => each === '/');
  }),
  path_join: {
    parameters: '',
    run: (input) => joined((isList(input) ? input : [input]).map((part) => textIn(settle(part)))),
  },
};

function ofPath(change: (path: string) => Value): Usual<Value> {
  return { parameters: '', run: (input) => change(textIn(input)) };
}

function textIn(value: Content): string {
  if (typeof value === 'string') return value;
  throw new Flaw('A path is not a text', `It is ${nameOfType(value)}.`);
}

function joined(parts: readonly string[]): string {
  return parts.reduce((path, part) => {
    if (posix.isAbsolute(part) || path === '') return part;
    return path.endsWith('/') ? path + part : `${path}/${part}`;
  }, '');
}
