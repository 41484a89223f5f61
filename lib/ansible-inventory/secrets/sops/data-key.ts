import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { armor, Decrypter } from 'age-encryption';
import type { Origin } from '#engine/model/host.ts';
import { remember } from '#engine/model/redaction.ts';
import { Unresolved } from '../../problems.ts';
import { splitWords } from '../../read/split-words.ts';
import { outputOf } from '../command.ts';
import type { SopsMetadata } from './metadata.ts';

/** The key of a file's values, opened with one of the user's age keys. Throws Unresolved without one. */
export async function dataKeyOf({ age }: SopsMetadata, origin: Origin): Promise<Buffer> {
  if (!age?.length) {
    const fix = 'rota opens age alone: add a recipient to .sops.yaml, and sops updatekeys FILE.';
    throw new Unresolved('The file is not encrypted for any age key', origin, fix);
  }
  const identities = findIdentities(origin);
  if (identities.keys.length === 0) throw withoutKey(identities, origin);
  const decrypter = new Decrypter();
  try {
    for (const key of identities.keys) decrypter.addIdentity(key);
  } catch {
    const fix = 'Look at it: a key is one line that age-keygen wrote, AGE-SECRET-KEY-1…';
    throw new Unresolved('An age key cannot be read', origin, fix);
  }
  for (const { enc } of age) {
    const key = await opened(decrypter, enc);
    if (key?.length === 32) return key;
  }
  const recipients = age.map(({ recipient }) => recipient).join(', ');
  const fix = `Use a key of one of: ${recipients}. Those found: ${identities.keys.length}.`;
  throw new Unresolved('No age key opens the file', origin, fix);
}

async function opened(decrypter: Decrypter, armored: string): Promise<Buffer | undefined> {
  try {
    return Buffer.from(await decrypter.decrypt(armor.decode(armored)));
  } catch {
    return undefined;
  }
}

function withoutKey({ missing }: Identities, origin: Origin): Unresolved {
  const fix = `Set SOPS_AGE_KEY_FILE=…, or put it into ${missing.at(-1) ?? 'sops/age/keys.txt'}. None in: ${missing.join(', ')}.`;
  return new Unresolved('There is no age key to open the file with', origin, fix);
}

interface Identities {
  readonly keys: readonly string[];
  /** Where none was found, in words. */
  readonly missing: readonly string[];
}

/**
 * The user's age keys, from where SOPS looks for them (loadIdentities in age/keysource.go); SSH keys
 * and plugins aside. Throws Unresolved when one of the places that the environment names has none.
 */
function findIdentities(origin: Origin): Identities {
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
