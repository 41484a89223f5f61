import { Failure } from '#engine/model/failure.ts';
import type { StartLimit } from './start-failure.ts';

/**
 * How many commands run on a host at once: sshd's MaxSessions is 10 by default, and it frees a slot
 * a little after the channel's close.
 */
export const CHANNELS = 8;

/** Within this a command begins: a login shell and sudo may take their time. */
export function startLimit(loginMs: number): StartLimit {
  return { ms: 3 * loginMs, by: 'three times ansible_timeout' };
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
