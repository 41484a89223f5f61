import { createHash } from 'node:crypto';
import { holdsSecret } from './redaction.ts';
import { Secret } from './secret.ts';

/**
 * A value that will only be known after an earlier part of the run, such as the digest of an image
 * that is not built yet. It differs from every observed value. `preview` stands for it in diffs.
 */
export class Pending {
  readonly preview: string;
  readonly reason: string;

  constructor(preview: string, reason: string) {
    this.preview = preview;
    this.reason = reason;
  }
}

/**
 * Up to here a content takes less processor time on its way than the host takes to start what hashes it,
 * both sides together; and nobody reads the diff of a longer one.
 */
const LARGE = 256 * 1024;

/** A content by its size and hash: of one that is large, or no text. */
export class Digest {
  readonly bytes: number;
  readonly sha256: string;

  constructor(bytes: number, sha256: string) {
    this.bytes = bytes;
    this.sha256 = sha256;
  }

  static of(content: string | Buffer): Digest {
    const sha256 = createHash('sha256').update(content).digest('hex');
    return new Digest(Buffer.byteLength(content), sha256);
  }

  toString(): string {
    return `${this.bytes} bytes, sha256 ${this.sha256}`;
  }
}

/** A content that is read from a file of the control machine when a host takes it, and not before. */
export class LocalFile {
  readonly path: string;
  /** Anything else that is there by then is refused. */
  readonly digest: Digest;

  constructor(path: string, digest: Digest) {
    this.path = path;
    this.digest = digest;
  }

  get sha256(): string {
    return this.digest.sha256;
  }

  toString(): string {
    return `${this.path}: ${this.digest}\n`;
  }
}

/** A content that a script of POSIX sh prints on the host, such as a download. Of another hash it is refused. */
export class HostContent {
  readonly script: string;
  /** In hex. */
  readonly sha256: string;

  constructor(script: string, sha256: string) {
    this.script = script;
    this.sha256 = sha256;
  }

  toString(): string {
    return `(sha256 ${this.sha256})\n`;
  }
}

/** Whether a text is asked for, and shown, by its size and hash alone. */
export function isLarge(text: string): boolean {
  return Buffer.byteLength(text) >= LARGE;
}

export type Scalar = string | number | boolean | Secret | Pending | Digest;

/** A flat record of scalars: what a task wants, or what was found. */
export type State = Readonly<Record<string, Scalar>>;

/** What was found, in the shape of what is desired; a field left out is one that is not there. */
export type Observed<S extends State> = { readonly [K in keyof S]?: Scalar | undefined };

/** One field that differs. `before` is undefined when the field, or the whole thing, is not there. */
export interface FieldChange {
  readonly name: string;
  readonly before: Scalar | undefined;
  readonly after: Scalar;
}

/**
 * The fields of `desired` that `observed` has not, in the order of `desired`. A text or number with
 * a secret in it is a secret.
 */
export function differences<S extends State>(
  desired: S,
  observed: Observed<S> | undefined,
): readonly FieldChange[] {
  return Object.entries(desired)
    .map(([name, after]) => ({ name, before: observed?.[name], after }))
    .filter(({ before, after }) => !same(before, after))
    .map(({ name, before, after }) => ({ name, before: kept(before), after: kept(after) }));
}

/** Whether fields that differ are to become the same. */
export function becomeSame(some: readonly FieldChange[], others: readonly FieldChange[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ name, after }, index) => {
      const other = others[index];
      return other?.name === name && same(after, other.after);
    })
  );
}

function kept<V extends Scalar | undefined>(value: V): V | Secret {
  if (typeof value !== 'string' && typeof value !== 'number') return value;
  return holdsSecret(String(value)) ? new Secret(String(value)) : value;
}

function same(before: Scalar | undefined, after: Scalar): boolean {
  if (before instanceof Pending || after instanceof Pending) return false;
  if (before instanceof Digest || after instanceof Digest)
    return before !== undefined && `${digestOf(before)}` === `${digestOf(after)}`;
  return plain(before) === plain(after);
}

function digestOf(value: Scalar): Digest {
  return value instanceof Digest ? value : Digest.of(`${plain(value)}`);
}

function plain(value: Scalar | undefined): Scalar | undefined {
  return value instanceof Secret ? value.reveal() : value;
}
