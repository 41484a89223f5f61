import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { Failure } from '#engine/model/failure.ts';
import type { Hop } from './hop.ts';

/** A private key, as the text of its file. */
export interface LoginKey {
  readonly file: string;
  readonly text: string;
}

/** What a user can log in with, in the order to try. */
export interface Login {
  readonly keys: readonly LoginKey[];
  /** The socket of a running agent; it is asked before the keys if `agentFirst`. */
  readonly agent?: string;
  readonly agentFirst: boolean;
}

/**
 * The key file of the inventory, then the agent; without one the agent, then the keys that
 * ssh_config names. An encrypted key file is left to the agent, which may hold it.
 */
export async function findLogin({ settings, keyFile, where }: Hop): Promise<Login> {
  const agent = await runningAgent(settings.identityAgent);
  const keys =
    keyFile === undefined
      ? await usableKeys(settings.identityFiles)
      : await namedKey({ file: keyFile, hasAgent: agent !== undefined, where });
  if (keys.length === 0 && agent === undefined) {
    throw nothingToLogInWith(settings.identityFiles, where);
  }
  return { keys, agentFirst: keyFile === undefined, ...(agent === undefined ? {} : { agent }) };
}

/** A socket that nobody answers at is no agent: shells outlive the agents that they knew. */
async function runningAgent(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  return await new Promise((resolve) => {
    const socket = connect(path, () => settle(path)).once('error', () => settle(undefined));
    const settle = (answer: string | undefined) => {
      socket.destroy();
      resolve(answer);
    };
  });
}

async function usableKeys(files: readonly string[]): Promise<readonly LoginKey[]> {
  const keys = await Promise.all(
    files.map(async (file) => {
      const text = await readFile(file, 'utf8').catch(() => undefined);
      return text === undefined || isEncrypted(text) ? [] : [{ file, text }];
    }),
  );
  return keys.flat();
}

interface NamedKey {
  readonly file: string;
  readonly hasAgent: boolean;
  readonly where: string;
}

async function namedKey({ file, hasAgent, where }: NamedKey): Promise<readonly LoginKey[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw unreadableKey(error, file, where);
  });
  if (!isEncrypted(text)) return [{ file, text }];
  if (hasAgent) return [];
  throw new Failure('The key file is encrypted, which is not supported yet', {
    kind: 'unreachable',
    where,
    output: file,
    fix: `Let an agent hold the key:\n  eval "$(ssh-agent)" && ssh-add ${file}`,
  });
}

function unreadableKey(error: NodeJS.ErrnoException, file: string, where: string): Failure {
  const missing = error.code === 'ENOENT';
  return new Failure(missing ? 'The key file is not there' : 'The key file cannot be read', {
    kind: 'unreachable',
    where,
    output: missing ? file : `${file}: ${error.code}`,
    fix: missing
      ? 'Correct its path in the inventory, or leave it out to use your agent and usual keys.'
      : `Run as the user that owns it:\n  ls -l ${file}`,
    cause: error,
  });
}

function nothingToLogInWith(files: readonly string[], where: string): Failure {
  return new Failure('There is no key to log in with', {
    kind: 'unreachable',
    where,
    output: `no agent answers, and no key that can be used is in ${files.join(', ')}`,
    fix: 'Name a key file in the inventory, or start an agent:\n  eval "$(ssh-agent)" && ssh-add',
  });
}

/** Told from the file's own headers: PEM says so, OpenSSH's format names a cipher that is not none. */
function isEncrypted(text: string): boolean {
  if (/^Proc-Type: 4,ENCRYPTED/m.test(text) || text.includes('BEGIN ENCRYPTED PRIVATE KEY')) {
    return true;
  }
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([^-]*)-----END/.exec(text)?.[1];
  if (body === undefined) return false;
  const bytes = Buffer.from(body, 'base64').toString('latin1');
  const none = 'openssh-key-v1\0\0\0\0\u0004none';
  return !bytes.startsWith(none);
}
