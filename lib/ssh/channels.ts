import { Failure } from '#engine/model/failure.ts';

/**
 * How many commands run on a host at once: sshd's MaxSessions is 10 by default, and it frees a slot
 * a little after the channel's close.
 */
export const CHANNELS = 8;

/** A host that opens no channel, however often it is asked. */
export function noChannel(where: string, cause?: unknown): Failure {
  return new Failure('The host refuses to open a channel', {
    kind: 'unreachable',
    where,
    fix: 'Set MaxSessions to 10, its default, in its sshd_config.',
    ...(cause === undefined ? {} : { cause }),
  });
}
