import { Failure } from '#engine/model/failure.ts';
import { quote, sh } from '#engine/shell/quote.ts';
import {
  fingerprint,
  type KnownHost,
  knownHostsLine,
  knownHostsName,
  type Target,
  type Verdict,
} from './known-hosts.ts';

export interface PresentedKey {
  readonly key: Buffer;
  readonly target: Target;
  /** The known_hosts files that were looked in. */
  readonly files: readonly string[];
  readonly where: string;
}

/** Why a host is not trusted, with what to compare before it is; undefined for one that is. */
export function hostKeyFailure(verdict: Verdict, presented: PresentedKey): Failure | undefined {
  switch (verdict.kind) {
    case 'match':
      return undefined;
    case 'unknown':
      return unknownHost(presented);
    case 'changed':
      return changedKey(presented, verdict.known);
    case 'revoked':
      return revokedKey(presented, verdict.known);
  }
}

function unknownHost({ key, target, files, where }: PresentedKey): Failure {
  return new Failure('The host is not known', {
    kind: 'unreachable',
    where,
    output: [`presented: ${fingerprint(key)}`, `looked in: ${files.join(', ')}`].join('\n'),
    fix: [
      'Compare this fingerprint with the one that the host itself shows, on its console:',
      '  for key in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf "$key"; done',
      'If it is the same one, add the host:',
      `  echo ${quote(knownHostsLine(target, key))} >> ${quote(files[0] ?? '')}`,
    ].join('\n'),
  });
}

function changedKey({ key, target, where }: PresentedKey, known: readonly KnownHost[]): Failure {
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

function revokedKey({ key, where }: PresentedKey, known: readonly KnownHost[]): Failure {
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
