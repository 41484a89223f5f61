import { createDecipheriv } from 'node:crypto';
import type { Scalar } from 'yaml';

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

const NULL = /^(?:~|null|Null|NULL|)$/;
const BOOLEAN = /^(?:true|True|TRUE|false|False|FALSE)$/;
const INTEGER = /^[-+]?[0-9]+$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

/**
 * What SOPS hashes of a value that it leaves in the clear (ToBytes in sops.go): of a number or boolean
 * what Go writes for it. Undefined for null, which it leaves out.
 */
export function plainBytes({ source, type }: Scalar.Parsed): string | undefined {
  if (type !== 'PLAIN') return source;
  if (NULL.test(source)) return undefined;
  if (BOOLEAN.test(source)) return /^t/i.test(source) ? 'True' : 'False';
  if (INTEGER.test(source)) return String(BigInt(source.replace(/^\+/, '')));
  return FLOAT.test(source) ? goFloatText(Number(source)) : source;
}

/** As strconv.FormatFloat(value, 'f', -1, 64): never with an exponent. */
function goFloatText(value: number): string {
  const text = String(value);
  if (!text.includes('e')) return text;
  return value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 100 });
}
