import { type Task, task } from '#engine/model/task.ts';
import { requireOptions } from '../refusals.ts';
import { whether } from './whether.ts';

export interface RebootOptions {
  /** A script of sh that succeeds where a boot is needed; left out: where Debian's packages have asked for one. */
  readonly when?: string;
  /** After so many seconds at most the host answers again; 600 when left out. */
  readonly within?: number;
}

const MOST_SECONDS = 3600;

/** A host that needs no boot: one that needs it is booted, and waited for. It is the last task of its stage. */
export function reboot(options: RebootOptions = {}): Task {
  const { when = '[ -e /run/reboot-required ]', within = 600 } = options;
  requireOptions('reboot', [
    ['when', when.trim() !== '', 'a script of sh'],
    ['within', within >= 1 && within <= MOST_SECONDS, `seconds, ${MOST_SECONDS} at most`],
  ]);
  const title = 'reboot';
  return task({
    title,
    boots: true,
    desired: { 'a boot is needed': 'no' },
    reads: { isNeeded: whether(`a boot is needed: ${when}`, () => when) },
    inspect: ({ isNeeded }) => ({ 'a boot is needed': isNeeded ? 'yes' : 'no' }),
    apply: () => [{ kind: 'boot', title, when, seconds: Math.ceil(within) }],
  });
}
