import type { Meanwhile, Phase } from '#engine/model/rollout.ts';
import { reveal } from '#engine/model/secret.ts';
import { addressesOf } from './conflicts.ts';
import { holdersOf, type Part } from './expected-holders.ts';
import { instancesOf } from './instances.ts';
import { isToRun, type NodeChange } from './node-change.ts';
import { configurationMark } from './normalise.ts';
import { configurationIn } from './parse-config.ts';

/** What a change of a node does to its keepalived. */
export type Happening = 'nothing' | 'reloaded' | 'recreated' | 'started' | 'stopped';

/** A ring at one moment: what runs on each node, and who holds each VIP. */
export interface Moment {
  readonly running: ReadonlyMap<string, Running>;
  readonly holders: ReadonlyMap<string, string | undefined>;
}

interface Running {
  readonly text: string;
  readonly parts: readonly Part[];
  readonly isAble: boolean;
}

/** The change of one node in one phase. */
export interface CourseStep {
  readonly change: NodeChange;
  readonly phase: Phase;
  readonly happening: Happening;
  readonly before: Moment;
  /** While its pod is recreated. */
  readonly away: Moment;
  readonly after: Moment;
}

/** A change played through beforehand, step by step, by the rules of VRRP. */
export function courseOf(
  ordered: readonly NodeChange[],
  phases: readonly Phase[],
): readonly CourseStep[] {
  const targets = ordered.filter(({ node }) => node.target);
  let moment = momentBefore(ordered);
  return phases.flatMap((phase) =>
    targets.map((change) => {
      const step = stepOf(moment, change, { phase, isFirst: phase === phases[0] });
      moment = step.after;
      return step;
    }),
  );
}

/** How many moves of VIPs a course has beyond those that bring each from its first holder to its last. */
export function detoursIn(course: readonly CourseStep[]): number {
  const vips = new Set(
    course.flatMap(({ before, after }) => [...before.holders.keys(), ...after.holders.keys()]),
  );
  return [...vips].reduce((count, vip) => count + detoursOf(vip, course), 0);
}

function detoursOf(vip: string, course: readonly CourseStep[]): number {
  const moments = course.flatMap(({ happening, before, away, after }) =>
    happening === 'recreated' ? [before, away, after] : [before, after],
  );
  const holders = moments.map((moment) => moment.holders.get(vip));
  const moves = holders.filter(
    (holder, index) => index > 0 && holder !== holders[index - 1],
  ).length;
  return moves - (holders[0] === holders.at(-1) ? 0 : 1);
}

/** What runs now, and who holds what: by what is seen where priorities leave it open. */
export function momentBefore(ring: readonly NodeChange[]): Moment {
  const running = ring.flatMap((change) => entryOf(change, textOf(change)));
  return momentOf(new Map(running), (host, vip) =>
    ring.some(({ name, held }) => name === host && held.has(vip)),
  );
}

/** Once all is as it is to be, and who may keep a VIP keeps it. */
export function momentAfter(ring: readonly NodeChange[], before: Moment): Moment {
  const running = ring.flatMap((change) => entryOf(change, wantedText(change)));
  return momentOf(new Map(running), (host, vip) => before.holders.get(vip) === host);
}

interface InPhase {
  readonly phase: Phase;
  readonly isFirst: boolean;
}

function stepOf(before: Moment, change: NodeChange, { phase, isFirst }: InPhase): CourseStep {
  const { name } = change;
  const text = wantedText(change, phase.meanwhile.get(name));
  const happening = happeningOf(change, before.running.get(name)?.text, text, isFirst);
  const away = without(before, name);
  const from = happening === 'recreated' ? away : before;
  const running = new Map([...without(from, name).running, ...entryOf(change, text)]);
  const after = momentOf(running, (host, vip) => from.holders.get(vip) === host);
  return { change, phase, happening, before, away, after };
}

function happeningOf(
  { to, pod }: NodeChange,
  now: string | undefined,
  wanted: string | undefined,
  isFirst: boolean,
): Happening {
  if (wanted === undefined) return now === undefined ? 'nothing' : 'stopped';
  if (now === undefined) return 'started';
  const isOther = configurationMark(now) !== configurationMark(wanted);
  if (isOther && !to.reloadable) return 'recreated';
  // A later phase finds the manifest in place.
  if (isFirst && (to.isOtherPod || pod !== to.mark)) return 'recreated';
  return isOther ? 'reloaded' : 'nothing';
}

function without({ running, holders }: Moment, name: string): Moment {
  const others = new Map([...running].filter(([other]) => other !== name));
  return momentOf(others, (host, vip) => holders.get(vip) === host);
}

/** `isHolder`: who holds what in fact, which decides between equals. */
function momentOf(
  running: Moment['running'],
  isHolder: (host: string, vip: string) => boolean,
): Moment {
  const all = [...running.values()];
  const able = new Set(all.flatMap(({ isAble, parts }) => (isAble ? parts : [])).map(hostOf));
  const holders = holdersOf(
    all.flatMap(({ parts }) => parts),
    able,
    isHolder,
  );
  return { running, holders: new Map(holders.map(({ vip, holder }) => [vip, holder])) };
}

function hostOf({ host }: Part): string {
  return host;
}

function entryOf(change: NodeChange, text: string | undefined): readonly [string, Running][] {
  if (text === undefined) return [];
  const { name: host, node } = change;
  const parts = instancesOf(text, node).map((instance) => ({ host, instance }));
  return [[host, { text, parts, isAble: isAble(change) }]];
}

/**
 * Whether its checks let it hold VIPs: one that holds some does, whatever a check of ours says. How they
 * fare where nothing runs yet, or with a new configuration, only the gate will see.
 */
function isAble({ isRunning, held, loaded, look }: NodeChange): boolean {
  if (!isRunning || look === undefined || Object.values(look.checks).every(Boolean)) return true;
  return loaded.flatMap(addressesOf).some((vip) => held.has(vip));
}

function textOf({ isRunning, configuration }: NodeChange): string | undefined {
  return isRunning ? configuration : undefined;
}

/** What it runs at the end of a phase; undefined where nothing is to. */
function wantedText(change: NodeChange, meanwhile: Meanwhile = new Map()): string | undefined {
  const { node, to } = change;
  if (!node.target) return textOf(change);
  const text = configurationIn(reveal(to.configuration), meanwhile);
  return isToRun(change) && instancesOf(text, node).length > 0 ? text : undefined;
}
