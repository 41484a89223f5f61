import type { Secret } from '#engine/model/secret.ts';
import type { AgentKey } from './agent.ts';
import { type Identity, readIdentity, unlockIdentity } from './identity.ts';

/** The keys of this machine's user: files are read and agents are asked once for all hosts. */
export class Keyring {
  readonly #identities = new Map<string, Promise<Identity | undefined>>();
  readonly #agents = new Map<string, Promise<readonly AgentKey[] | undefined>>();

  async identity(file: string): Promise<Identity | undefined> {
    const known = this.#identities.get(file) ?? readIdentity(file);
    this.#identities.set(file, known);
    return await known;
  }

  /** Undefined where nobody answers. */
  async agentKeys(socket: string | undefined): Promise<readonly AgentKey[] | undefined> {
    if (socket === undefined) return undefined;
    const known = this.#agents.get(socket) ?? keysOf(socket);
    this.#agents.set(socket, known);
    return await known;
  }

  /** False where the passphrase is another. */
  async unlock(locked: Identity, passphrase: Secret): Promise<boolean> {
    const identity = await unlockIdentity(locked, passphrase.reveal());
    if (identity !== undefined) this.#identities.set(locked.file, Promise.resolve(identity));
    return identity !== undefined;
  }
}

async function keysOf(socket: string): Promise<readonly AgentKey[] | undefined> {
  const { agentKeys } = await import('./agent.ts');
  return await agentKeys(socket);
}
