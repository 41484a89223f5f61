import { z } from 'zod';

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
