import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from '#lab/lab.ts';
import { Random } from '#lab/random.ts';
import type { Fault } from './fault.ts';
import type { Trial, Verdict } from './host-trial.ts';
import { changedBeside, leftOn, others, processes, watchManifests } from './outside.ts';
import { type Change, inventoriesOf, newChange } from './ring-changes.ts';
import { RING_FAULTS } from './ring-faults.ts';
import { CONF, configured, faultsOf, MANIFEST, MANIFESTS } from './ring-view.ts';
import { isExit, type RunEnd, type Running, startRota } from './start-rota.ts';

const PACE = { lines: 40, ms: 1500 };
const AT_ONCE = ['run', 'test/e2e/playbooks/deploy-at-once.ts', 'base'];

/** A trial that has begun: where, with what, and how things were before. */
interface RingTrial {
  readonly lab: Lab;
  readonly random: Random;
  readonly change: Change;
  readonly fault: Fault;
  /** The node that it happens to, where it happens to a node. */
  readonly victim: string;
  readonly before: Snapshot;
  start(words: readonly string[]): Running;
  breach(what: string): void;
}

/** Builds the image, and brings the ring of a lab up. */
export async function bringUp({ lab, folder }: Omit<Trial, 'seed'>): Promise<void> {
  const start = starter(lab, folder, []);
  for (const words of [['image', 'base'], AT_ONCE]) await mustDo(start, words);
}

/** One change of a ring that something happens to, and what must hold after it, seen from outside. */
export async function tryOnRing({ lab, seed, folder }: Trial): Promise<Verdict> {
  const random = new Random(seed);
  const fault = random.of(RING_FAULTS);
  const change = newChange(random);
  const victim = random.of(lab.nodes).name;
  const start = starter(lab, folder, change.to);
  await begin(lab, change, start);
  const before = snapshot(lab);
  const breaches: string[] = [];
  const breach = (what: string) => void breaches.push(what);
  const trial = { lab, random, change, fault, victim, before, start, breach };
  const end = await runWith(trial);
  const isOff = !lab.isOn(victim);
  if (isOff) await lab.boot(victim);
  await settled(trial, before, isOff ? victim : undefined);
  const between = snapshot(lab);
  if (!fault.mayLeaveStaged) beside(trial, between);
  await convergeAfter(trial, between);
  const after = snapshot(lab);
  beside(trial, after);
  judge(trial, { end, between, after });
  return { what: `${change.name}, ${fault.name}`, breaches };
}

function starter(lab: Lab, folder: string, to: Change['to']): RingTrial['start'] {
  const cache = join(lab.dir, 'cache');
  mkdirSync(cache, { recursive: true });
  const withPaths = inventoriesOf(lab, folder, to);
  const env = { XDG_STATE_HOME: folder, XDG_CACHE_HOME: cache };
  return (words) => startRota(lab, withPaths(words), env);
}

async function mustDo(start: RingTrial['start'], words: readonly string[]): Promise<void> {
  const { status, output } = await start(words).end;
  if (status !== 0) throw new Error(`The ring could not be prepared (${words[0]}):\n${output}`);
}

/** The ring as the lab's inventory has it, and what the change needs. */
async function begin(lab: Lab, { first }: Change, start: RingTrial['start']): Promise<void> {
  const drained = lab.nodes.filter(({ name }) => configured(lab, name).manifest === '');
  for (const { name } of drained) await mustDo(start, ['undrain', 'base', name]);
  await mustDo(start, AT_ONCE);
  if (first !== undefined) await mustDo(start, first);
  const faults = await faultsOf(lab);
  if (faults.length > 0) throw new Error(`The ring could not be prepared: ${faults.join('; ')}`);
}

type Snapshot = ReadonlyMap<string, NodeSnapshot>;

interface NodeSnapshot {
  readonly conf: string;
  readonly manifest: string;
  readonly disk: readonly string[];
  readonly processes: ReadonlySet<string>;
}

function snapshot(lab: Lab): Snapshot {
  // kubelet keeps a folder per pod.
  const managed = [CONF, MANIFEST, '/var/lib/kubelet'];
  const entries = lab.nodes.map(({ name }) => {
    const disk = others(lab.upper(name), managed);
    return [name, { ...configured(lab, name), disk, processes: processes(lab, name) }] as const;
  });
  return new Map(entries);
}

async function runWith(trial: RingTrial): Promise<RunEnd> {
  const { lab, random, change, fault, victim: node, before, breach } = trial;
  const mend = await fault.plant?.({ lab, node, random });
  const watchers = lab.nodes.map(({ name }) =>
    watchManifests(lab, name, MANIFESTS, 'keepalived.yaml'),
  );
  const run = trial.start(change.run);
  const base = before.get(node)?.processes ?? new Set();
  const { child: rota, printed } = run;
  const struck = fault.strike?.({ lab, node, rota, printed, random, base, pace: PACE });
  const end = await run.end;
  await struck;
  await mend?.();
  const strange = watchers.flatMap((watcher) => watcher.end());
  if (strange.length > 0) breach(`a manifest folder held ${strange.join(', ')}`);
  return end;
}

/** Waits until nothing of a run is left, and the ring is whole. What a boot has left, the next run clears away. */
async function settled(trial: RingTrial, base: Snapshot, without?: string): Promise<void> {
  const { lab, fault: may, breach } = trial;
  const nodes = lab.nodes.map(({ name }) => name).filter((name) => name !== without);
  const left = nodes.map(async (node) => {
    const known = base.get(node)?.processes ?? new Set();
    const lines = await leftOn(lab, node, { base: known, may });
    return lines.map((line) => `${node}: ${line}`);
  });
  const lines = (await Promise.all(left)).flat();
  if (lines.length > 0) breach(`still there after a minute: ${lines.join('; ')}`);
  const faults = await faultsOf(lab);
  if (faults.length > 0) breach(`the ring is not whole: ${faults.join('; ')}`);
}

async function convergeAfter(trial: RingTrial, base: Snapshot): Promise<void> {
  const { change, start, breach } = trial;
  const words = change.next ?? change.run;
  const next = await start(words).end;
  if (next.status !== 0) breach(`the next run ended with ${next.status}\n${next.output}`);
  const last = await start([...words, '--dry-run']).end;
  if (last.status !== 0)
    breach(`a run after it would change something: ${last.status}\n${last.output}`);
  await settled(trial, base);
}

function beside({ lab, before, breach }: RingTrial, now: Snapshot): void {
  for (const { name } of lab.nodes) {
    const disks = [before, now].map((all) => all.get(name)?.disk ?? []);
    for (const what of changedBeside(disks[0] ?? [], disks[1] ?? [])) breach(`${name} ${what}`);
  }
}

interface Course {
  readonly end: RunEnd;
  readonly between: Snapshot;
  readonly after: Snapshot;
}

/** Every node is whole, old or new, and the exit code says which of it. */
function judge(trial: RingTrial, { end, between, after }: Course): void {
  const { lab, change, fault, before, breach } = trial;
  const states = lab.nodes.map(({ name }) => {
    const now = between.get(name);
    if (isSame(now, before.get(name))) return isSame(now, after.get(name)) ? 'same' : 'old';
    return isSame(now, after.get(name)) ? 'new' : 'neither';
  });
  const { status, output } = end;
  const wrong = (what: string) => breach(`${what}: ${status}, ${states.join(', ')}\n${output}`);
  if (!isExit(status, fault)) wrong('there is no such exit code');
  // Between two files of an armed run, which the next run undoes.
  if (states.includes('neither') && fault.name !== 'power lost')
    wrong('a node is neither old nor new');
  if (status === 0 && states.includes('old')) wrong('not all is done');
  if (fault.must === 'succeed' && status !== 0) wrong('it should have succeeded');
  // Others look at the node alone that they change.
  const isDeploy = change.run[0] === 'deploy';
  if (fault.must === 'refuse' && isDeploy && (status !== 1 || states.includes('new')))
    wrong('it should have been refused');
}

function isSame(one: NodeSnapshot | undefined, other: NodeSnapshot | undefined): boolean {
  return one?.conf === other?.conf && one?.manifest === other?.manifest;
}
