import type { Continuity } from '#engine/model/rollout.ts';
import { nodeAddress } from '#keepalived/node-address.ts';
import { watchVips } from '#tasks/keepalived/watch-vips.ts';
import { someNodes } from '../members.ts';

/** Half open, in milliseconds. */
export type Spell = readonly [fromMs: number, toMs: number];

/** What goes on in a ring; anything that is not said works all the time. */
export interface Story {
  readonly nodes: number;
  readonly untilMs: number;
  /** Who holds the one VIP, and when. */
  readonly held: Readonly<Record<string, readonly Spell[]>>;
  /** When nobody answers at the VIP. */
  readonly silent?: readonly Spell[];
  /** When a node's cable is out. */
  readonly cut?: Readonly<Record<string, readonly Spell[]>>;
  /** When a node has no power: it says nothing. */
  readonly dead?: Readonly<Record<string, readonly Spell[]>>;
  /** When a node's pings do not run. */
  readonly stalled?: Readonly<Record<string, readonly Spell[]>>;
  /** By how much lines arrive late. */
  readonly delayMs?: (host: string, atMs: number) => number;
  /** How the nodes' clocks are wrong; no clock for busybox. */
  readonly clock?: (host: string, atMs: number) => number | undefined;
  readonly report?: Spell;
}

const EVERY_MS = 50;

/** Lets a ring of nodes n1, n2 … with one VIP live through a story, and gives what the watch saw. */
export function watched(story: Story): Continuity {
  const ring = someNodes(story.nodes, { vrrp_vips: 1 });
  const watch = watchVips(ring);
  const lines = ring.flatMap(({ host }) => linesOf(host.name, story, ring));
  for (const { host, text, arrivesMs } of lines.toSorted((a, b) => a.arrivesMs - b.arrivesMs))
    watch.see(host, text, arrivesMs);
  const [fromMs, toMs] = story.report ?? [0, story.untilMs];
  const [vip] = watch.report(fromMs, toMs);
  if (vip === undefined) throw new Error('a ring has a VIP');
  return vip;
}

const VIP = 'fd02:9a01::1';
const VIP_LINE = 'fd029a01000000000000000000000001 05 40 00 80 srvc0';

function linesOf(host: string, story: Story, ring: ReturnType<typeof someNodes>) {
  const { untilMs, held, silent = [], delayMs = () => 0, clock = (_, atMs) => atMs } = story;
  const isCut = (name: string, atMs: number) => within(story.cut?.[name], atMs);
  const isDead = (name: string, atMs: number) => within(story.dead?.[name], atMs);
  const lines: { host: string; text: string; arrivesMs: number }[] = [];
  const say = (text: string, atMs: number) =>
    lines.push({ host, text, arrivesMs: atMs + delayMs(host, atMs) });
  const reply = (target: string, seq: number, atMs: number) => {
    const time = clock(host, atMs);
    const stamp = time === undefined ? '' : `[${((time + 1_700_000_000_000) / 1000).toFixed(6)}] `;
    say(`${stamp}64 bytes from ${target}: icmp_seq=${seq} ttl=64 time=0.1 ms`, atMs);
  };
  let before: string | undefined;
  let seq = 0;
  for (let atMs = 0; atMs < untilMs; atMs += EVERY_MS) {
    if (isDead(host, atMs)) continue;
    const state = `held ${isCut(host, atMs) ? 0 : 1}${within(held[host], atMs) ? ` ${VIP_LINE}` : ''}`;
    if (state !== before) say(state, atMs);
    before = state;
    if (within(story.stalled?.[host], atMs)) continue;
    seq += 1;
    for (const peer of ring.filter((node) => node.host.name !== host)) {
      const { name } = peer.host;
      if (isCut(host, atMs) || isCut(name, atMs) || isDead(name, atMs)) continue;
      reply(nodeAddress(peer.vars), seq, atMs);
    }
    const holders = Object.keys(held).filter((name) => within(held[name], atMs));
    const reached = holders.some(
      (name) => name === host || !(isCut(host, atMs) || isCut(name, atMs) || isDead(name, atMs)),
    );
    if (reached && !within(silent, atMs)) reply(VIP, seq, atMs);
  }
  return lines;
}

function within(spells: readonly Spell[] | undefined, atMs: number): boolean {
  return spells?.some(([fromMs, toMs]) => atMs >= fromMs && atMs < toMs) ?? false;
}
