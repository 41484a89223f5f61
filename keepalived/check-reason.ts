import { trackedChecks } from './profile.ts';
import { ABSENT, type VipSample } from './reads/vip-sample.ts';
import type { Node } from './vars.ts';

/** timeout's own status (timeout(1)). */
const TIMED_OUT = 124;

/** What curl(1) exits with, where it says more than its number. */
const OF_CURL: Readonly<Record<number, string>> = {
  6: 'its host name is not known',
  7: 'no connection',
  28: 'timeout',
  35: 'no TLS',
  52: 'an empty answer',
  56: 'the connection was cut off',
};

/** Why a check failed when it was run, in a few words: `HTTP 503`, `timeout`; undefined: it passed, or was not run. */
export function reasonOf(name: string, { vars }: Node, seen: VipSample): string | undefined {
  const [status, answer] = [seen.statuses[name], seen.answers[name]];
  if (status === undefined || status === 0) return undefined;
  if (status === ABSENT) return 'its program is not in the image';
  if (status === TIMED_OUT) return 'timeout';
  if (answer === undefined) return `exit ${status}`;
  if (answer >= 400) return `HTTP ${answer}`;
  const script = trackedChecks(vars).find((check) => check.name === name)?.script ?? '';
  if (status === 7 && IS_HERE.test(script)) return 'connection refused';
  return OF_CURL[status] ?? `curl exit ${status}`;
}

/** What a host has no other reason for not to connect to. */
const IS_HERE = / https?:\/\/(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])[:/]/;
