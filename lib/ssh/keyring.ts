import ssh2, { type ParsedKey } from 'ssh2';
import type { Secret } from '#engine/model/secret.ts';
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
    const known = this.#agents.get(socket) ?? agentKeys(socket);
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

/** A key that an agent holds, and signs with. */
export interface AgentKey {
  readonly publicKey: Buffer;
  readonly comment: string;
  readonly agent: ssh2.OpenSSHAgent;
}

/** Some agents ask their user first. */
const PATIENCE_MS = 30_000;

/**
 * The keys of the agent at a socket that rota can use, in its order; undefined where nobody answers:
 * shells outlive the agents that they knew.
 */
export async function agentKeys(socket: string): Promise<readonly AgentKey[] | undefined> {
  const agent = new ssh2.OpenSSHAgent(socket);
  return await new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), PATIENCE_MS);
    agent.getIdentities((error, keys) => {
      clearTimeout(timer);
      if (error) resolve(undefined);
      else resolve((keys ?? []).map((key) => agentKey(socket, key as ParsedKey)));
    });
  });
}

function agentKey(socket: string, key: ParsedKey): AgentKey {
  const agent = new OneKeyAgent(socket, key);
  return { publicKey: key.getPublicSSH(), comment: key.comment, agent };
}

/** ssh2 tries all keys of an agent in one go: with one each, they are in the order that rota wants. */
class OneKeyAgent extends ssh2.OpenSSHAgent {
  readonly #key: ParsedKey;

  constructor(socket: string, key: ParsedKey) {
    super(socket);
    this.#key = key;
  }

  override getIdentities(done: Parameters<ssh2.OpenSSHAgent['getIdentities']>[0]): void {
    done(undefined, [this.#key]);
  }
}
