import { createDecipheriv } from 'node:crypto';

const FORM =
  /^ENC\[AES256_GCM,data:([A-Za-z0-9+/=]*),iv:([A-Za-z0-9+/=]+),tag:([A-Za-z0-9+/=]+),type:([a-z]+)\]$/;

/** A value that was encrypted, as a text. */
export interface PlainValue {
  readonly text: string;
  /** str, int, float, bool, bytes, time or comment. */
  readonly type: string;
}

/**
 * One value as SOPS encrypts it (aes/cipher.go), bound to what `about` says, such as its keys. Undefined
 * for one that is not of the form, or was tampered with.
 */
export function decryptValue(text: string, key: Buffer, about: string): PlainValue | undefined {
  const [, data = '', iv = '', tag = '', type = ''] = FORM.exec(text) ?? [];
  const seal = Buffer.from(tag, 'base64');
  if (seal.length !== 16) return undefined;
  try {
    const cipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64'));
    cipher.setAAD(Buffer.from(about)).setAuthTag(seal);
    const plain = Buffer.concat([cipher.update(Buffer.from(data, 'base64')), cipher.final()]);
    return { text: plain.toString(), type };
  } catch {
    return undefined;
  }
}
