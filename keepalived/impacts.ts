import type { Duties, DutyPart, Impact, Phase } from '#engine/model/rollout.ts';
import type { CourseStep, Happening, Moment } from './course.ts';
import { ownAddresses } from './node-address.ts';
import type { NodeChange } from './node-change.ts';

/** What the change of each node will do to what runs, by the course that it takes. */
export function impactsOf(
  course: readonly CourseStep[],
  last: Phase | undefined,
): ReadonlyMap<string, Impact> {
  const steps = Map.groupBy(course, ({ change }) => change.name);
  return new Map(
    [...steps].map(([name, all]) => {
      const changes = all.filter(({ happening }) => happening !== 'nothing');
      const told = changes.length > 0 ? changes : all.slice(0, 1);
      return [name, joined(told.map((step) => impactIn(step, last)))];
    }),
  );
}

/** A ring as it is, by what its nodes hold, and as it is to be, by the rules of VRRP. */
export function dutiesOf(ring: readonly NodeChange[], before: Moment, after: Moment): Duties {
  const names = new Map(
    ring.flatMap(({ name, node }) => ownAddresses(node.vars).map((own) => [own, name] as const)),
  );
  const held = new Map(ring.map((one) => [one.name, one.held]));
  return {
    before: partsIn(before, names, (host, vip) => held.get(host)?.has(vip) === true),
    after: partsIn(after, names, (host, vip) => after.holders.get(vip) === host),
  };
}

/** What is loaded may be a stranger's, who writes what he likes: it is told as far as it makes sense. */
const MOST_PARTS = 510;
const MOST_PEERS = 64;
const LONGEST_ADDRESS = 45;

function partsIn(
  { running }: Moment,
  names: ReadonlyMap<string, string>,
  isHolder: (host: string, vip: string) => boolean,
): readonly DutyPart[] {
  const isAddress = (text: string) => text.length <= LONGEST_ADDRESS;
  return [...running].flatMap(([host, { parts }]) =>
    parts
      .filter(({ instance }) => isAddress(instance.vip))
      .slice(0, MOST_PARTS)
      .map(({ instance: { vip: duty, priority, peers } }) => ({
        host,
        duty,
        rank: Number.isSafeInteger(priority) ? priority : 0,
        peers: peers
          .filter(isAddress)
          .slice(0, MOST_PEERS)
          .map((peer) => names.get(peer) ?? peer),
        isHolder: isHolder(host, duty),
      })),
  );
}

function impactIn(step: CourseStep, last: Phase | undefined): Impact {
  const { change, phase, happening } = step;
  const { name, to } = change;
  const isLast = phase === last;
  return impactOf(name, { happening, drained: to.drained, isLast, vips: movesOf(step) });
}

function movesOf({ change, before, away, after }: CourseStep): readonly VipMove[] {
  return [...new Set([...before.holders.keys(), ...after.holders.keys()])].map((vip) => ({
    vip,
    before: before.holders.get(vip),
    meanwhile: away.holders.get(vip),
    after: after.holders.get(vip),
    isDropped: !hasPart(after, change.name, vip),
  }));
}

function hasPart({ running }: Moment, name: string, vip: string): boolean {
  return running.get(name)?.parts.some(({ instance }) => instance.vip === vip) === true;
}

/** What a change of a node does to its keepalived, and to the VIPs that it has to do with. */
interface Effect {
  readonly happening: Happening;
  /** Who drained the node, and when. */
  readonly drained: string | undefined;
  /** No phase comes after it that would bring back what goes. */
  readonly isLast: boolean;
  readonly vips: readonly VipMove[];
}

/** Who holds a VIP: before, while the node is away, and after. */
interface VipMove {
  readonly vip: string;
  readonly before: string | undefined;
  readonly meanwhile: string | undefined;
  readonly after: string | undefined;
  /** The node itself no longer has it in its configuration. */
  readonly isDropped: boolean;
}

/** From SIGTERM, or an instance's end, to the next node's adverts: measured 0.41 to 0.51 s. */
const HANDOVER_MS = 500;
/** From the start of an instance to its VIP, where nobody else holds it: measured 3.3 to 3.6 s. */
const ALONE_MS = 3_600;
/** From the last node's gate in one phase to the first node's start in the next. */
const PHASE_MS = 12_000;
/** What kubelet takes to replace a pod: measured 11.2 to 14.7 s. */
const RECREATION_MS = 12_000;

/** In words, with what it may cost. */
function impactOf(node: string, effect: Effect): Impact {
  const { happening, drained } = effect;
  if (drained !== undefined && happening === 'nothing') {
    return { text: `drained by ${drained}, no VIP moves`, moves: [], gapMs: 0 };
  }
  if (happening === 'nothing') return { text: 'no reload, no VIP moves', moves: [], gapMs: 0 };
  return happening === 'recreated' ? recreated(node, effect) : plain(node, effect);
}

/** Of one node in one phase after another. */
function joined(impacts: readonly Impact[]): Impact {
  const texts = impacts.map(({ text }) => text);
  return {
    text: [...new Set(texts)].join('; then '),
    moves: [...new Set(impacts.flatMap(({ moves }) => moves))],
    gapMs: Math.max(0, ...impacts.map(({ gapMs }) => gapMs)),
  };
}

function recreated(node: string, { vips }: Effect): Impact {
  const held = vips.filter(({ before }) => before === node);
  const taken = vips.filter((one) => one.before !== node && one.after === node);
  const names = held.map(({ vip }) => vip);
  const away = `the ring has one node less for about ${RECREATION_MS / 1000} s`;
  const more = taken.map((one) => `, takes ${takes(one)}`).join('');
  const lost = held.filter(({ meanwhile }) => meanwhile === undefined);
  const moves = [...names, ...taken.map(({ vip }) => vip)];
  if (held.length === 0) {
    return { text: `pod recreated, holds no VIP: ${away}${more}`, moves, gapMs: 0 };
  }
  if (lost.length > 0) {
    const gapMs = RECREATION_MS + ALONE_MS;
    const seconds = Math.round(gapMs / 1000);
    const text = `pod recreated, with no other node to hold ${listed(lost)}: gone for about ${seconds} s`;
    return { text, moves, gapMs };
  }
  const [they, move] = held.length === 1 ? ['it', 'moves'] : ['they', 'move'];
  const text = `pod recreated on the holder of ${listed(held)}: ${they} ${move} for about ${HANDOVER_MS / 1000} s, and ${away}${more}`;
  return { text, moves, gapMs: HANDOVER_MS };
}

const WORDS = { reloaded: 'reload', started: 'started', stopped: 'stopped' } as const;

function plain(node: string, { happening, vips, isLast }: Effect): Impact {
  const changing = vips.filter(({ before, after }) => before !== after);
  const moves = changing.filter((one) => one.before === node || one.after === node);
  const word = WORDS[happening as keyof typeof WORDS];
  const texts = changing.map((one) => move(node, one, isLast));
  const gaps = moves.map((one) => gapOf(one, isLast));
  return {
    text: texts.length === 0 ? `${word}, no VIP moves` : `${word}, ${texts.join(', ')}`,
    moves: moves.map(({ vip }) => vip),
    gapMs: Math.max(0, ...gaps),
  };
}

function move(node: string, one: VipMove, isLast: boolean): string {
  const { vip, before, after } = one;
  if (after === node) return `takes ${takes(one)}`;
  if (after !== undefined)
    return `${vip} moves${before === undefined ? '' : ` from ${before}`} to ${after}`;
  return isLast ? `${vip} goes away` : `${vip} is gone until the next phase`;
}

function takes({ vip, before }: VipMove): string {
  return before === undefined ? vip : `${vip} over from ${before}`;
}

/** Other priorities hand over without a gap: the old holder goes on until it hears the new one. */
function gapOf({ after, before, isDropped }: VipMove, isLast: boolean): number {
  if (before === undefined) return 0;
  if (after === undefined) return isLast ? 0 : PHASE_MS;
  return isDropped ? HANDOVER_MS : 0;
}

function listed(vips: readonly VipMove[]): string {
  return vips.map(({ vip }) => vip).join(' and ');
}
