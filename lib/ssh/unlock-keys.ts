import { basename } from 'node:path';
import { Failure } from '#engine/model/failure.ts';
import type { Host } from '#engine/model/host.ts';
import type { Secret } from '#engine/model/secret.ts';
import { type Hop, hopTo } from './hop.ts';
import type { Identity } from './identity.ts';
import { findLogins } from './login.ts';
import type { Means } from './ssh.ts';

/** Asks a person. */
export type AskPassphrase = (question: string) => Promise<Secret>;

const MOST_TRIES = 3;

/**
 * Asks for the passphrases of encrypted keys that hosts need, once for each key. Throws a Failure
 * when it is not the right one. Hosts that cannot be reached for other reasons are passed over.
 */
export async function unlockKeys(
  hosts: readonly Host[],
  means: Means,
  ask: AskPassphrase,
): Promise<void> {
  const found = await Promise.all(hosts.map(async (host) => await lockedFor(host, means)));
  const locked = new Map(found.flat().map((identity) => [identity.file, identity]));
  for (const identity of locked.values()) await unlock(identity, means, ask);
}

async function lockedFor(host: Host, means: Means): Promise<readonly Identity[]> {
  const hop = await hopTo(host, means.readSettings).catch((error: unknown) => {
    if (error instanceof Failure) return undefined;
    throw error;
  });
  const locked: Identity[] = [];
  for (let at = hop; at !== undefined; at = at.via) locked.push(...(await lockedAt(at, means)));
  return locked;
}

/** ssh asks for a usual key only when the host would take it: rota, when there is nothing else. */
async function lockedAt(hop: Hop, { keyring }: Means): Promise<readonly Identity[]> {
  const { locked, attempts } = await findLogins(hop, keyring);
  return attempts.length === 0 ? locked : locked.filter(({ file }) => !isUsual(file));
}

function isUsual(file: string): boolean {
  return /^id_(?:rsa|dsa|xmss|(?:ecdsa|ed25519)(?:_sk)?)$/.test(basename(file));
}

async function unlock(identity: Identity, { keyring }: Means, ask: AskPassphrase): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const again = tries === 0 ? '' : 'That is not it. ';
    const passphrase = await ask(`${again}Passphrase for the key ${identity.file}`);
    if (await keyring.unlock(identity, passphrase)) return;
  }
  throw new Failure('The passphrase of the key is wrong', {
    kind: 'unreachable',
    where: identity.file,
    fix: 'Run again with the right one, or let an agent hold the key.',
  });
}
