import type { Failure } from '#engine/model/failure.ts';
import { type Hop, targetOf } from './hop.ts';
import { changedKey, revokedKey } from './host-key-failure.ts';
import { judge, type KnownHost } from './known-hosts.ts';
import { UnknownHost } from './unknown-host.ts';

/** What becomes of a key that a host shows, by StrictHostKeyChecking. */
export interface HostKeyVerdict {
  /** Why it is refused; undefined where it is not. */
  readonly failure?: Failure;
  /** A key that was not known, and is to be from now on. */
  readonly isNew?: true;
  /** Whoever answers may be somebody else: no password is for him. */
  readonly doubtful?: true;
}

/** As OpenSSH has it; a revoked key is refused in any case. */
export function checkHostKey(hop: Hop, known: readonly KnownHost[], key: Buffer): HostKeyVerdict {
  const { settings, where } = hop;
  const target = targetOf(settings);
  const verdict = judge(known, target, key);
  const strict = settings.strictHostKeyChecking;
  switch (verdict.kind) {
    case 'match':
      return {};
    case 'unknown':
      if (strict === 'no' || strict === 'accept-new') return { isNew: true };
      return { failure: new UnknownHost(hop, key, knownHostsFiles(hop)) };
    case 'changed':
      if (strict === 'no') return { doubtful: true };
      return { failure: changedKey({ key, target, where }, verdict.known) };
    case 'revoked':
      return { failure: revokedKey({ key, target, where }, verdict.known) };
  }
}

/** Where ssh looks for the keys of hosts, in its order. */
export function knownHostsFiles({ settings }: Hop): readonly string[] {
  return [...settings.userKnownHostsFiles, ...settings.globalKnownHostsFiles];
}
