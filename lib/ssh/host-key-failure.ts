import { Failure } from '#engine/model/failure.ts';
import { sh } from '#engine/shell/quote.ts';
import { fingerprint, type KnownHost, knownHostsName, type Target } from './known-hosts.ts';

export interface PresentedKey {
  readonly key: Buffer;
  readonly target: Target;
  readonly where: string;
}

/** Another key than the known ones: both fingerprints, and what forgets the old ones. */
export function changedKey(
  { key, target, where }: PresentedKey,
  known: readonly KnownHost[],
): Failure {
  const files = [...new Set(known.map(({ file }) => file))];
  return new Failure('The host presents another key than the known one', {
    kind: 'unreachable',
    where,
    output: [`presented: ${fingerprint(key)}`, ...known.map(describe)].join('\n'),
    fix: [
      'Either the host was set up anew, or something else answers in its place. Ask who runs it, and',
      'compare the fingerprints on its console. If it was set up anew, forget its old keys:',
      ...files.map((file) => `  ${forget(target, file)}`),
    ].join('\n'),
  });
}

/** A key that a known_hosts file names as stolen. */
export function revokedKey({ key, where }: PresentedKey, known: readonly KnownHost[]): Failure {
  return new Failure('The key of the host is revoked', {
    kind: 'unreachable',
    where,
    output: [`presented: ${fingerprint(key)}`, ...known.map(describe)].join('\n'),
    fix: 'Give the host new keys (ssh-keygen -A, after removing the old ones), and make those known.',
  });
}

function describe({ key, file, line, revoked }: KnownHost): string {
  return `${revoked ? 'revoked' : 'known'}: ${fingerprint(key)} (${file}:${line})`;
}

function forget(target: Target, file: string): string {
  return sh`ssh-keygen -R ${knownHostsName(target)} -f ${file}`;
}
