import { Failure } from '#engine/model/failure.ts';
import type { Host } from '#engine/model/host.ts';
import type { Hop } from './hop.ts';
import type { Typist } from './invocation.ts';

/**
 * How many commands run on a host at once: sshd's MaxSessions is 10 by default, and it frees a slot
 * a little after the channel's close.
 */
export const CHANNELS = 8;

/**
 * The same over a connection that others use, too. An ssh that was refused a channel in proxy mode, as of
 * 9.2 at least, ends with the connection that asked for it: so half of the ten, as sshd counts one that was
 * closed beside the one that took its place.
 */
export const KEPT_CHANNELS = 5;

/** Who runs commands in a login at a host; `tell` as of a Typist. */
export function typistAt(host: Host, { settings, timeoutMs }: Hop, tell: Typist['tell']): Typist {
  // A login shell and sudo may take their time.
  const limit = { ms: 3 * timeoutMs, by: 'three times ansible_timeout' };
  return { host, user: settings.user, isRemote: true, limit, tell };
}

/** A host that opens no channel, however often it is asked. */
export function noChannel(where: string, asked: string, cause?: unknown): Failure {
  return new Failure('The host refuses to open a channel', {
    kind: 'unreachable',
    where,
    output: asked,
    fix: 'Set MaxSessions to 10, its default, in its sshd_config.',
    cause,
  });
}

/** How the command ended is not known: it may have done its work, or a part of it. */
export function lost(where: string, cause: Error | undefined): Failure {
  return new Failure('The connection was lost', {
    kind: 'unreachable',
    where,
    output: cause?.message,
    cause,
    fix: 'Run again once the host answers: what it has done by then is seen, and the rest is done.',
  });
}

/** A host that lets somebody in, and ends before the first command begins. */
export function endedAtOnce(where: string, cause: Error | undefined): Failure {
  return new Failure('The host logs the user in and hangs up', {
    kind: 'unreachable',
    where,
    output: cause?.message,
    cause,
    fix: "See the host's own log (journalctl -u ssh -u sshd): a ChrootDirectory that is not there, or no memory or processes left.",
  });
}
