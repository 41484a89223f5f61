import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { armor, Encrypter } from 'age-encryption';

/** What a test may write into a file: numbers and booleans are those of YAML. */
export type Value =
  | string
  | number
  | boolean
  | null
  | readonly Value[]
  | { readonly [key: string]: Value };

export interface SopsOptions {
  /** As in the sops block, such as encrypted_regex. */
  readonly rule?: Readonly<Record<string, string>>;
  readonly isEncrypted?: (path: readonly string[]) => boolean;
  readonly onlyEncrypted?: boolean;
}

const LAST_MODIFIED = '2026-05-04T03:02:01Z';

/** A file as `sops --encrypt --age RECIPIENT` writes it (sops.go and aes/cipher.go of SOPS), as JSON. */
export async function sopsFile(
  values: Readonly<Record<string, Value>>,
  recipient: string,
  { rule = {}, isEncrypted = () => true, onlyEncrypted = false }: SopsOptions = {},
): Promise<string> {
  const key = randomBytes(32);
  const hash = createHash('sha512');
  if (onlyEncrypted) hash.update(createHash('sha256').update('sops').digest());
  const walk = (value: Value, path: readonly string[]): Value => {
    if (Array.isArray(value)) return value.map((item) => walk(item, path));
    if (value === null) return null;
    if (typeof value === 'object') {
      const entries = Object.entries(value).map(([name, inner]) => [
        name,
        walk(inner, [...path, name]),
      ]);
      return Object.fromEntries(entries);
    }
    const text = typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value);
    const encrypted = isEncrypted(path);
    if (encrypted || !onlyEncrypted) hash.update(text);
    return encrypted && text !== ''
      ? encryptedValue({ text, type: typeOf(value), key }, path)
      : value;
  };
  const body = walk(values, []) as object;
  const mac = hash.digest('hex').toUpperCase();
  const sealed = encryptedText({ text: mac, type: 'str', key }, LAST_MODIFIED);
  const sops = {
    age: [{ recipient, enc: await wrapped(key, recipient) }],
    lastmodified: LAST_MODIFIED,
    mac: sealed,
    ...rule,
    ...(onlyEncrypted ? { mac_only_encrypted: true } : {}),
    version: '3.10.2',
  };
  return JSON.stringify({ ...body, sops }, undefined, 2);
}

async function wrapped(key: Buffer, recipient: string): Promise<string> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return armor.encode(await encrypter.encrypt(key));
}

interface Plain {
  readonly text: string;
  readonly type: string;
  readonly key: Buffer;
}

function encryptedValue(plain: Plain, path: readonly string[]): string {
  return encryptedText(plain, `${path.join(':')}:`);
}

function encryptedText({ text, type, key }: Plain, about: string): string {
  const iv = randomBytes(32);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(about));
  const data = Buffer.concat([cipher.update(text), cipher.final()]);
  const parts = [data, iv, cipher.getAuthTag()].map((part) => part.toString('base64'));
  return `ENC[AES256_GCM,data:${parts[0]},iv:${parts[1]},tag:${parts[2]},type:${type}]`;
}

function typeOf(value: string | number | boolean): string {
  if (typeof value === 'string') return 'str';
  if (typeof value === 'boolean') return 'bool';
  return Number.isInteger(value) ? 'int' : 'float';
}
