import { createDecipheriv, createHash, timingSafeEqual } from 'node:crypto';
import { isMap, isScalar, isSeq, type ParsedNode, type Scalar } from 'yaml';
import type { Origin } from '#engine/model/host.ts';
import { Unresolved } from '../../problems.ts';
import type { Leaf } from '../../read/tree.ts';
import { secretOf } from '../conceal.ts';
import { dataKeyOf } from './data-key.ts';
import { encryptionRule, metadataOf, type SopsMetadata } from './metadata.ts';
import type { SopsBlock } from './sops-block.ts';

type OpenedLeaf = Pick<Leaf, 'value' | 'template'>;

/** By scalar of a document: what SOPS had encrypted there. */
export type Opened = ReadonlyMap<ParsedNode, OpenedLeaf>;

/**
 * Opens a document that SOPS encrypted for age, and takes its `sops` block away. Throws Unresolved
 * when it cannot be opened, or is not as SOPS wrote it.
 */
export async function openSops(
  { contents, pair, block }: SopsBlock,
  originOf: (offset: number) => Origin,
): Promise<Opened> {
  const origin = originOf(pair.key.range[0]);
  const metadata = metadataOf(block, origin);
  const key = await dataKeyOf(metadata, origin);
  contents.items.splice(contents.items.indexOf(pair), 1);
  const opener = new Opener(metadata, { key, origin, originOf });
  opener.walk(contents, []);
  opener.check(metadata);
  return opener.opened;
}

interface Context {
  readonly key: Buffer;
  readonly origin: Origin;
  readonly originOf: (offset: number) => Origin;
}

/** The beginning of the checksum where mac_only_encrypted is set: SHA-256 of "sops". */
const ONLY_ENCRYPTED = createHash('sha256').update('sops').digest();

class Opener {
  readonly opened = new Map<ParsedNode, OpenedLeaf>();
  readonly #context: Context;
  readonly #isEncrypted: (path: readonly string[]) => boolean;
  readonly #onlyEncrypted: boolean;
  readonly #hash = createHash('sha512');

  constructor(metadata: SopsMetadata, context: Context) {
    this.#context = context;
    this.#isEncrypted = encryptionRule(metadata, context.origin);
    this.#onlyEncrypted = metadata.mac_only_encrypted === 'true';
    if (this.#onlyEncrypted) this.#hash.update(ONLY_ENCRYPTED);
  }

  walk(node: ParsedNode | null, path: readonly string[]): void {
    if (isMap(node)) {
      for (const { key, value } of node.items) {
        this.walk(value as ParsedNode | null, [...path, isScalar(key) ? String(key.source) : '']);
      }
    } else if (isSeq(node)) {
      for (const item of node.items) this.walk(item as ParsedNode, path);
    } else if (isScalar(node)) this.#scalar(node as Scalar.Parsed, path);
  }

  check({ mac, lastmodified }: SopsMetadata): void {
    const found = decryptValue(mac, this.#context.key, lastmodified)?.text ?? '';
    const wanted = Buffer.from(this.#hash.digest('hex').toUpperCase());
    const given = Buffer.from(found);
    if (given.length === wanted.length && timingSafeEqual(given, wanted)) return;
    const fix = 'Something in it was changed without SOPS. Mend it: sops edit --ignore-mac FILE';
    throw new Unresolved('The checksum of the file does not fit', this.#context.origin, fix);
  }

  #scalar(node: Scalar.Parsed, path: readonly string[]): void {
    const plain = plainBytes(node);
    if (plain === undefined) return;
    if (!this.#isEncrypted(path)) {
      if (!this.#onlyEncrypted) this.#hash.update(plain);
      return;
    }
    // SOPS leaves an empty text as it is.
    if (node.source === '') return;
    const value = decryptValue(node.source, this.#context.key, `${path.join(':')}:`);
    if (value === undefined) throw this.#wrong(node);
    this.#hash.update(value.text);
    this.opened.set(node, openedLeaf(value));
  }

  #wrong(node: Scalar.Parsed): Unresolved {
    const origin = this.#context.originOf(node.range[0]);
    const fix = node.source.startsWith('ENC[')
      ? 'It was changed, or moved from under other keys. Mend it with sops edit.'
      : 'SOPS should have encrypted it. Add it with sops edit.';
    return new Unresolved('A value of the file cannot be opened', origin, fix);
  }
}

/** A boolean is too little to hide, and would take words out of all that is printed. */
function openedLeaf({ text, type }: PlainValue): OpenedLeaf {
  if (type === 'bool') return { value: /^true$/i.test(text) };
  return secretOf(type === 'int' || type === 'float' ? numberOf(text) : text);
}

function numberOf(text: string): number | bigint {
  const number = Number(text);
  return Number.isSafeInteger(number) || !/^-?[0-9]+$/.test(text) ? number : BigInt(text);
}

const FORM =
  /^ENC\[AES256_GCM,data:([A-Za-z0-9+/=]*),iv:([A-Za-z0-9+/=]+),tag:([A-Za-z0-9+/=]+),type:([a-z]+)\]$/;

/** A value that was encrypted, as a text. */
interface PlainValue {
  readonly text: string;
  /** str, int, float, bool, bytes, time or comment. */
  readonly type: string;
}

/**
 * One value as SOPS encrypts it (aes/cipher.go), bound to what `about` says, such as its keys. Undefined
 * for one that is not of the form, or was tampered with.
 */
function decryptValue(text: string, key: Buffer, about: string): PlainValue | undefined {
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
function plainBytes({ source, type }: Scalar.Parsed): string | undefined {
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
