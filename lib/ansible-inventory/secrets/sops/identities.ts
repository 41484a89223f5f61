import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Origin } from '#engine/model/host.ts';
import { remember } from '#engine/model/redaction.ts';
import { splitWords } from '../../read/split-words.ts';
import { Unresolved } from '../../unresolved.ts';
import { outputOf } from '../command.ts';

export interface Identities {
  readonly keys: readonly string[];
  /** Where none was found, in words. */
  readonly missing: readonly string[];
}

/**
 * The user's age keys, from where SOPS looks for them (loadIdentities in age/keysource.go); SSH keys
 * and plugins aside. Throws Unresolved when one of the places that the environment names has none.
 */
export function findIdentities(origin: Origin): Identities {
  const { SOPS_AGE_KEY: key, SOPS_AGE_KEY_FILE: file, SOPS_AGE_KEY_CMD: command } = process.env;
  const config = process.env['XDG_CONFIG_HOME'] || join(homedir(), '.config');
  const path = join(config, 'sops/age/keys.txt');
  const places: readonly (readonly [string, string | undefined])[] = [
    ['SOPS_AGE_KEY', key],
    ['SOPS_AGE_KEY_FILE', file && contentOf(file, origin)],
    ['SOPS_AGE_KEY_CMD', command && outputOf(splitWords(command) ?? [], origin)],
    [path, contentOf(path)],
  ];
  return {
    keys: places.flatMap(([, text]) => keysIn(text ?? '')),
    missing: places.filter(([, text]) => !text).map(([name]) => name),
  };
}

function keysIn(text: string): readonly string[] {
  const words = text
    .split(/\r?\n/)
    .filter((line) => !/^\s*#/.test(line))
    .flatMap((line) => line.split(/[\s,]+/));
  return words.filter((word) => word.startsWith('AGE-SECRET-KEY-')).map(remember);
}

/** Undefined when there is no such file, unless the environment names it. */
function contentOf(path: string, origin?: Origin): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    if (origin === undefined) return undefined;
    const fix = `Check SOPS_AGE_KEY_FILE: ${path}`;
    throw new Unresolved('The file of the age key cannot be read', origin, fix);
  }
}
