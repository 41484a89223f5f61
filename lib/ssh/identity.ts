import { readFile, stat } from 'node:fs/promises';
import ssh2, { type ParsedKey } from 'ssh2';
import { typeOfKey } from './known-hosts.ts';

/** What an identity file of ssh_config comes to. */
export interface Identity {
  readonly file: string;
  /** As it travels; a locked file may not show it. */
  readonly publicKey: Buffer | undefined;
  /** The private key; without one, an agent may have it. */
  readonly key: ParsedKey | undefined;
  /** Encrypted, and its passphrase is not known. */
  readonly locked: boolean;
  /** Why there is no key, where there should be one. */
  readonly problem: string | undefined;
  /** Whether that is because others may read it, for which ssh does not use it. */
  readonly isOpen?: true;
}

/** Reads a key file, or the `.pub` beside it; undefined where there is neither. */
export async function readIdentity(file: string): Promise<Identity | undefined> {
  const none = { file, publicKey: await publicKeyBeside(file), key: undefined, locked: false };
  try {
    const identity = identityOf(file, await readFile(file, 'utf8'), none.publicKey);
    return identity.key === undefined && !identity.locked ? identity : await ifPrivate(identity);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    if (code !== 'ENOENT') return { ...none, problem: `cannot be read: ${code}` };
    return none.publicKey === undefined ? undefined : { ...none, problem: undefined };
  }
}

/** As ssh has it: of one's own files, whatever others may do to them. */
async function ifPrivate(identity: Identity): Promise<Identity> {
  const { uid, mode } = await stat(identity.file);
  if (uid !== process.getuid?.() || (mode & 0o077) === 0) return identity;
  const octal = (mode & 0o777).toString(8).padStart(4, '0');
  const problem = `not used, as others may read it: chmod 600 (its mode is ${octal})`;
  return { ...identity, key: undefined, locked: false, problem, isOpen: true };
}

/** The same identity with its private key, or undefined where the passphrase is another. */
export async function unlockIdentity(
  identity: Identity,
  passphrase: string,
): Promise<Identity | undefined> {
  const text = await readFile(identity.file, 'utf8');
  const key = keyIn(text, passphrase);
  return key === undefined
    ? undefined
    : { ...identity, key, publicKey: key.getPublicSSH(), locked: false };
}

function identityOf(file: string, text: string, beside: Buffer | undefined): Identity {
  const key = keyIn(text);
  const locked = key === undefined && isEncrypted(text);
  if (key?.isPrivateKey()) {
    return { file, key, publicKey: key.getPublicSSH(), locked, problem: undefined };
  }
  const publicKey = key?.getPublicSSH() ?? publicPart(text) ?? beside;
  const unreadable = key === undefined && !locked && typeOfKey(publicKey) === undefined;
  const problem = unreadable ? 'holds no private key that can be used' : undefined;
  return { file, key: undefined, publicKey, locked, problem };
}

function keyIn(text: string, passphrase?: string): ParsedKey | undefined {
  const parsed = ssh2.utils.parseKey(text, passphrase);
  if (parsed instanceof Error) return undefined;
  // The types leave it out: OpenSSH's format can hold several keys.
  return Array.isArray(parsed) ? (parsed[0] as ParsedKey) : parsed;
}

async function publicKeyBeside(file: string): Promise<Buffer | undefined> {
  const text = await readFile(`${file}.pub`, 'utf8').catch(() => '');
  const [type, base64 = ''] = text.split(/\s+/);
  const key = Buffer.from(base64, 'base64');
  return type !== undefined && type === typeOfKey(key) ? key : undefined;
}

const MAGIC = 'openssh-key-v1\0';

/** OpenSSH's format has the public key in clear: after cipher, kdf, its options, and a count of one. */
function publicPart(text: string): Buffer | undefined {
  const bytes = opensshBody(text);
  if (bytes === undefined || !bytes.toString('latin1').startsWith(MAGIC)) return undefined;
  let at = MAGIC.length;
  for (let skipped = 0; skipped < 3; skipped += 1) {
    if (at + 4 > bytes.length) return undefined;
    at += 4 + bytes.readUInt32BE(at);
  }
  at += 4;
  if (at + 4 > bytes.length) return undefined;
  return bytes.subarray(at + 4, at + 4 + bytes.readUInt32BE(at));
}

/** Told from the file's own headers: PEM says so, OpenSSH's format names a cipher that is not none. */
function isEncrypted(text: string): boolean {
  if (/^Proc-Type: 4,ENCRYPTED/m.test(text) || text.includes('BEGIN ENCRYPTED PRIVATE KEY')) {
    return true;
  }
  const body = opensshBody(text)?.toString('latin1');
  return body !== undefined && !body.startsWith(`${MAGIC}\0\0\0\u0004none`);
}

function opensshBody(text: string): Buffer | undefined {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([^-]*)-----END/.exec(text)?.[1];
  return body === undefined ? undefined : Buffer.from(body, 'base64');
}
