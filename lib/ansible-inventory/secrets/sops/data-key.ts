import { armor, Decrypter } from 'age-encryption';
import type { Origin } from '#engine/model/host.ts';
import { Unresolved } from '../../unresolved.ts';
import { findIdentities, type Identities } from './identities.ts';
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
