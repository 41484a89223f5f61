import { z } from 'zod';
import { CLOCK } from '#engine/shell/program-functions.ts';

/** keepalived answers within some hundredths of a second; one that is stopped never does. */
const ANSWER_SECONDS = 5;

/**
 * `dump` has the main process of ALL_PROCESSES write its state, and prints it; `pid` is that process, or
 * nothing, and `find_signal`, which comes before, fails for a keepalived that was built without JSON.
 * The dump is a file in keepalived's own /tmp. It is emptied first, since an old one looks like an
 * answer, and is whole when it ends as JSON and grows no more. The number of the signal differs from
 * machine to machine, so that this keepalived itself is asked for it.
 */
export const DUMP = `${CLOCK}
set -- $mains
pid=\${1-}
file=/proc/$pid/root/tmp/keepalived.json
find_signal() { signal=$(chroot "/proc/$pid/root" keepalived --signum=JSON 2>/dev/null); }
dump() {
  [ ! -L "$file" ] || return 1
  [ ! -f "$file" ] || : >"$file"
  kill -"$signal" "$pid" 2>/dev/null || return 1
  text=''
  start_clock ${ANSWER_SECONDS}
  while has_time; do
    sleep 0.1
    last=$text
    [ -s "$file" ] || continue
    text=$(tr -d '\\n' <"$file")
    [ "$text" = "$last" ] || continue
    case $text in *']' | *'}') printf %s "$text"; return ;; esac
  done
  return 1
}`;

/** What keepalived itself says of one of its instances (lib/vrrp_json.c, keepalived 2.2.7). */
export interface VrrpState {
  readonly name: string;
  readonly state: string;
  /** It has put the VIPs on the interface. */
  readonly vipSet: boolean;
  readonly priority: number;
  /** As the last advert that it took said; of no meaning for a master. */
  readonly masterPriority: number;
  readonly sent: number;
  readonly received: number;
  /** How often it has changed its state, and when the last time. */
  readonly transitions: string;
  /** When it changed it last, in seconds since 1970. */
  readonly lastTransition: number;
  /** Counters of adverts that it did not take, by keepalived's names for them. */
  readonly errors: Readonly<Record<string, number>>;
}

const STATES = ['INIT', 'BACKUP', 'MASTER', 'FAULT'];

const Instance = z.object({
  data: z.object({
    iname: z.string(),
    state: z.number(),
    vipset: z.boolean(),
    effective_priority: z.number(),
    master_priority: z.number(),
    last_transition: z.number(),
  }),
  stats: z.record(z.string(), z.number()),
});

/** keepalived 2.2.7 gives a bare array; json_version 2 gives it a name, `vrrp`. */
const Dump = z.union([
  z.array(Instance),
  z.object({ vrrp: z.array(Instance) }).transform(({ vrrp }) => vrrp),
]);

/** The instances of a dump; undefined for what is none, such as one that was cut off. */
export function parseState(text: string): readonly VrrpState[] | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const dump = Dump.safeParse(json);
  return dump.success ? dump.data.map(stateOf) : undefined;
}

function stateOf({ data, stats }: z.infer<typeof Instance>): VrrpState {
  const counter = (name: string) => stats[name] ?? 0;
  return {
    name: data.iname,
    state: STATES[data.state] ?? `state ${data.state}`,
    vipSet: data.vipset,
    priority: data.effective_priority,
    masterPriority: data.master_priority,
    sent: counter('advert_sent'),
    received: counter('advert_rcvd'),
    transitions: `${counter('become_master')} ${counter('release_master')} ${data.last_transition}`,
    lastTransition: data.last_transition,
    errors: Object.fromEntries(Object.entries(stats).filter(([name]) => IS_ERROR.test(name))),
  };
}

const IS_ERROR = /_err$|invalid|mismatch|failure/;
