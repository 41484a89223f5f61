import { Failure } from '#engine/model/failure.ts';
import { quote, sh } from '#engine/shell/quote.ts';
import type { Hop } from './hop.ts';
import {
  fingerprint,
  type KnownHostKey,
  knownHostsFiles,
  knownHostsLine,
  knownHostsName,
  linesNaming,
  type Target,
  targetOf,
} from './known-hosts.ts';

/** What becomes of a key that a host shows, by StrictHostKeyChecking. */
interface HostKeyOutcome {
  /** Why it is refused; undefined where it is not. */
  readonly failure?: Failure;
  /** A key that was not known, and is to be from now on. */
  readonly isNew?: true;
  /** Whoever answers may be somebody else: no password is for him. */
  readonly doubtful?: true;
}

/** As OpenSSH has it; a revoked key is refused in any case. */
export function checkHostKey(
  hop: Hop,
  known: readonly KnownHostKey[],
  key: Buffer,
): HostKeyOutcome {
  const verdict = judge(known, targetOf(hop.settings), key);
  const strict = hop.settings.strictHostKeyChecking;
  switch (verdict.kind) {
    case 'match':
      return {};
    case 'unknown':
      if (strict === 'no' || strict === 'accept-new') return { isNew: true };
      return { failure: new UnknownHost(hop, key) };
    case 'changed':
      if (strict === 'no') return { doubtful: true };
      return { failure: changedKey(hop, key, verdict.known) };
    case 'revoked':
      return { failure: revokedKey(hop, key, verdict.known) };
  }
}

/** What the known_hosts files say of a key that a host has presented. */
type Verdict =
  | { readonly kind: 'match' | 'unknown' }
  | { readonly kind: 'changed' | 'revoked'; readonly known: readonly KnownHostKey[] };

/** Revoked beats known; a known host with another key has changed, whatever the type of the key. */
export function judge(known: readonly KnownHostKey[], target: Target, key: Buffer): Verdict {
  const named = linesNaming(known, knownHostsName(target));
  const portless = linesNaming(known, target.address.toLowerCase());
  const revoked = [...named, ...portless].find((line) => line.revoked && line.key.equals(key));
  if (revoked !== undefined) return { kind: 'revoked', known: [revoked] };

  const trusted = named.filter(isOwnKey);
  // OpenSSH: a host at another port may go by the key that it has without a port, or be unknown.
  const candidates = trusted.length > 0 ? trusted : portless.filter(isOwnKey);
  if (candidates.some((line) => line.key.equals(key))) return { kind: 'match' };
  const checkable = trusted.filter(({ type }) => ALGORITHMS.has(type));
  return checkable.length > 0 ? { kind: 'changed', known: checkable } : { kind: 'unknown' };
}

/**
 * The host key algorithms to offer, those of the known keys of the host first: a host that has
 * several keys shows the first that is asked for, and would look changed with one that is not known.
 */
export function hostKeyAlgorithms(known: readonly KnownHostKey[]): string[] {
  const types = new Set(known.filter(isOwnKey).map(({ type }) => type));
  const byType = [...ALGORITHMS].toSorted(
    ([a], [b]) => Number(types.has(b)) - Number(types.has(a)),
  );
  return byType.flatMap(([, algorithms]) => algorithms);
}

const ALGORITHMS: ReadonlyMap<string, readonly string[]> = new Map([
  ['ssh-ed25519', ['ssh-ed25519']],
  ['ecdsa-sha2-nistp256', ['ecdsa-sha2-nistp256']],
  ['ecdsa-sha2-nistp384', ['ecdsa-sha2-nistp384']],
  ['ecdsa-sha2-nistp521', ['ecdsa-sha2-nistp521']],
  ['ssh-rsa', ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa']],
]);

function isOwnKey({ revoked, authority }: KnownHostKey): boolean {
  return !revoked && authority === undefined;
}

/** A host that no known_hosts file vouches for, with the key that it shows. */
export class UnknownHost extends Failure {
  readonly hop: Hop;
  readonly key: Buffer;

  constructor(hop: Hop, key: Buffer) {
    const files = knownHostsFiles(hop.settings);
    super('The host is not known', {
      kind: 'unreachable',
      where: hop.where,
      output: [`presented: ${fingerprint(key)}`, `looked in: ${files.join(', ')}`].join('\n'),
      fix: [
        'Compare this fingerprint with the one that the host itself shows, on its console:',
        '  for key in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf "$key"; done',
        'If it is the same one, add the host:',
        `  echo ${quote(knownHostsLine(targetOf(hop.settings), key))} >> ${quote(files[0] ?? '')}`,
      ].join('\n'),
    });
    this.hop = hop;
    this.key = key;
  }
}

/** What to do about a key that has changed; how the old ones are forgotten is to follow. */
export const SET_UP_ANEW =
  'Either the host was set up anew, or something else answers in its place. Ask who runs it, and\ncompare the fingerprints on its console. If it was set up anew, forget its old keys';

/** What to do about a key that is revoked. */
export const NEW_KEYS =
  'Give the host new keys (ssh-keygen -A, after removing the old ones), and make those known.';

/** Another key than the known ones: both fingerprints, and what forgets the old ones. */
function changedKey(hop: Hop, key: Buffer, known: readonly KnownHostKey[]): Failure {
  const name = knownHostsName(targetOf(hop.settings));
  const files = [...new Set(known.map(({ file }) => file))];
  return new Failure('The host presents another key than the known one', {
    kind: 'unreachable',
    where: hop.where,
    output: [`presented: ${fingerprint(key)}`, ...known.map(describe)].join('\n'),
    fix: [`${SET_UP_ANEW}:`, ...files.map((file) => sh`  ssh-keygen -R ${name} -f ${file}`)].join(
      '\n',
    ),
  });
}

/** A key that a known_hosts file names as stolen. */
function revokedKey({ where }: Hop, key: Buffer, known: readonly KnownHostKey[]): Failure {
  return new Failure('The key of the host is revoked', {
    kind: 'unreachable',
    where,
    output: [`presented: ${fingerprint(key)}`, ...known.map(describe)].join('\n'),
    fix: NEW_KEYS,
  });
}

function describe({ key, file, line, revoked }: KnownHostKey): string {
  return `${revoked ? 'revoked' : 'known'}: ${fingerprint(key)} (${file}:${line})`;
}
