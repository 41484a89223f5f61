import type { Output, Read } from '#engine/model/read.ts';
import { ALL_PROCESSES } from './process.ts';
import { DUMP, parseState } from './vrrp-state.ts';

/** What keepalived says of one of its instances, and for how long it has been so. */
export interface LiveInstance {
  readonly name: string;
  readonly state: string;
  readonly priority: number;
  /** Since it last changed its state, by the node's own clock; undefined where that is no time. */
  readonly seconds: number | undefined;
}

/**
 * One dump of keepalived's state, of which nobody but its own file in /tmp of the pod knows. Undefined
 * where there is none: no keepalived runs, it was built without JSON, or it does not answer. The
 * node's clock is that of the kernel, so that no process is needed for it: its boot, and the time since.
 */
export const vrrpStates: Read<readonly LiveInstance[] | undefined> = {
  key: 'vrrp states',
  volatile: true,
  shared: [ALL_PROCESSES],
  script: `${DUMP}
[ -n "$pid" ] && find_signal && told=$(dump) || exit 0
sed -n 's/^btime //p' /proc/stat
cat /proc/uptime
printf '%s\\n' "$told"`,
  parse: parseStates,
};

function parseStates({ stdout }: Output): readonly LiveInstance[] | undefined {
  const [boot = '', uptime = '', text = ''] = stdout.split('\n');
  const now = Number(boot) + Number.parseFloat(uptime);
  return parseState(text)?.map(({ name, state, priority, lastTransition }) => ({
    ...{ name, state, priority },
    seconds: secondsBetween(lastTransition, now),
  }));
}

/** All of it is what a host says. keepalived has 0 for an instance that never changed its state. */
function secondsBetween(then: number, now: number): number | undefined {
  const seconds = Math.max(0, now - then);
  return then > 0 && seconds < MOST_SECONDS ? seconds : undefined;
}

/** More than a century. */
const MOST_SECONDS = 4e9;
