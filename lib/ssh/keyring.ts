import { existsSync } from 'node:fs';
import ssh2, { type ParsedKey } from 'ssh2';
import type { Secret } from '#engine/model/secret.ts';
import { type Identity, readIdentity, unlockIdentity } from './identity.ts';

/** The keys of this machine's user: files are read and agents are asked once for all hosts. */
export class Keyring {
  readonly #identities = new Map<string, Promise<Identity | undefined>>();
  readonly #agents = new Map<string, Promise<AgentAnswer>>();
  readonly #files = new Map<string, boolean>();

  async identity(file: string): Promise<Identity | undefined> {
    const known = this.#identities.get(file) ?? readIdentity(file);
    this.#identities.set(file, known);
    return await known;
  }

  /** Whether there is a file, such as a certificate. */
  has(file: string): boolean {
    const known = this.#files.get(file) ?? existsSync(file);
    this.#files.set(file, known);
    return known;
  }

  /** What the agent at a socket has, if there is one. */
  async agent(socket: string | undefined): Promise<AgentAnswer> {
    if (socket === undefined) return { keys: [], problem: 'none' };
    const known = this.#agents.get(socket) ?? askAgent(socket);
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

/** The keys of an agent that rota can use, in its order, or why there are none. */
export interface AgentAnswer {
  readonly keys: readonly AgentKey[];
  readonly problem?: string;
}

/** How long an agent may take: some ask their user first. */
const PATIENCE_MS = 30_000;

/** Asks the agent at a socket for its keys. Shells outlive the agents that they knew. */
export async function askAgent(socket: string): Promise<AgentAnswer> {
  const agent = new ssh2.OpenSSHAgent(socket);
  return await new Promise((resolve) => {
    const none = (problem: string) => resolve({ keys: [], problem: `${socket}: ${problem}` });
    const timer = setTimeout(() => none(`no answer in ${PATIENCE_MS / 1000} s`), PATIENCE_MS);
    agent.getIdentities((error, keys) => {
      clearTimeout(timer);
      if (error) none('nobody answers');
      else resolve({ keys: (keys ?? []).map((key) => agentKey(socket, key as ParsedKey)) });
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
