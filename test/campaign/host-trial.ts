import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from '#lab/lab.ts';
import { Random } from '#lab/random.ts';
import type { Fault } from './fault.ts';
import { HOST_FAULTS, LINKS } from './host-faults.ts';
import { changedBeside, leftOn, others, processes, watchManifests } from './outside.ts';
import { isExit, type RunEnd, type Running, startRota } from './start-rota.ts';
import { begin, EVES, MANIFESTS, managedIn, newWorld, stateOf, type World } from './world.ts';

export interface Trial {
  readonly lab: Lab;
  readonly seed: number;
  /** A folder of the trial's own. */
  readonly folder: string;
}

/** How a trial came out; no breaches is good. */
export interface Verdict {
  readonly what: string;
  readonly breaches: readonly string[];
}

interface HostTrial extends Trial {
  readonly node: string;
  readonly fault: Fault;
  readonly world: World;
  readonly random: Random;
  readonly base: ReadonlySet<string>;
  breach(what: string): void;
}

const PACE = { lines: 10, ms: 400 };

/** One plain run that something happens to, and what must hold after it, seen from outside of the host. */
export async function tryOnHost(given: Trial, node: string): Promise<Verdict> {
  const { lab, seed } = given;
  const random = new Random(seed);
  const fault = random.of(HOST_FAULTS);
  const world = newWorld(random);
  begin(join(lab.proc(node), 'root'), world);
  const breaches: string[] = [];
  const breach = (what: string) => void breaches.push(what);
  const trial = { ...given, node, fault, world, random, base: processes(lab, node), breach };
  const disk = () => others(lab.upper(node), managedIn(world));
  const before = disk();
  await runWith(trial);
  if (lab.isOn(node)) await quiet(trial);
  else await lab.boot(node);
  judgeFiles(trial);
  if (!fault.mayLeaveStaged) breaches.push(...changedBeside(before, disk()));
  await convergeAfter({ ...trial, base: processes(lab, node) });
  breaches.push(...changedBeside(before, disk()));
  return { what: fault.name, breaches };
}

/** Those that only rota writes. */
function ownFiles({ world, fault }: HostTrial): World['files'] {
  return world.files.filter(({ path }) => fault !== LINKS || !path.startsWith(EVES));
}

/** Each file is the old one, or the new one. */
function judgeFiles(trial: HostTrial): void {
  const { lab, node, breach } = trial;
  for (const file of ownFiles(trial)) {
    const state = stateOf(join(lab.proc(node), 'root'), file);
    if (state !== 'old' && state !== 'new') breach(`${file.path}: ${state}`);
  }
}

async function convergeAfter(trial: HostTrial): Promise<void> {
  const { lab, node, world, breach } = trial;
  const next = await start(trial).end;
  if (next.status !== 0) breach(`the next run ended with ${next.status}\n${next.output}`);
  const last = await start(trial, '--dry-run').end;
  if (last.status !== 0)
    breach(`a run after it would change something: ${last.status}\n${last.output}`);
  for (const file of world.files) {
    const state = stateOf(join(lab.proc(node), 'root'), file);
    if (state !== 'new' && file.before !== file.after)
      breach(`${file.path} is ${state} in the end`);
  }
  await quiet(trial);
}

async function quiet({ lab, node, base, fault, breach }: HostTrial): Promise<void> {
  const left = await leftOn(lab, node, { base, may: fault });
  if (left.length > 0) breach(`still there after a minute: ${left.join('; ')}`);
}

async function runWith(trial: HostTrial): Promise<void> {
  const { lab, node, fault, random, base, breach } = trial;
  const mend = await fault.plant?.({ lab, node, random });
  const watcher = watchManifests(lab, node, MANIFESTS, 'pod.yaml');
  const run = start(trial);
  const { child: rota, printed } = run;
  const struck = fault.strike?.({ lab, node, rota, printed, random, base, pace: PACE });
  const end = await run.end;
  await struck;
  if (lab.isOn(node)) await mend?.();
  const strange = watcher.end();
  if (fault.must !== 'refuse' && strange.length > 0)
    breach(`the manifest folder held ${strange.join(', ')}`);
  judgeEnd(trial, end);
}

function judgeEnd(trial: HostTrial, { status, output }: RunEnd): void {
  const { lab, node, fault, breach } = trial;
  const files = ownFiles(trial);
  const states = files.map((file) => stateOf(lab.upper(node), file));
  const isNew = states.every((state, at) => state === 'new' || isSame(files[at]));
  const isWhole = states.every((state) => state === 'old' || state === 'new');
  const wrong = (what: string) => breach(`${what}: ${status}, ${states.join(', ')}\n${output}`);
  if (!isExit(status, fault)) wrong('there is no such exit code');
  if (status === 0 && !isNew) wrong('not all is done');
  if (fault.must === 'succeed' && status !== 0) wrong('it should have succeeded');
  if (fault.must === 'refuse' && (status !== 1 || !isWhole)) wrong('it should have been refused');
}

function isSame(file: World['files'][number] | undefined): boolean {
  return file?.before === file?.after;
}

function start({ lab, node, world, folder }: HostTrial, ...flags: readonly string[]): Running {
  const inventory = join(folder, 'inventory.yaml');
  const spec = join(folder, 'world.json');
  const host = {
    ansible_host: lab.node(node).address,
    ansible_user: 'root',
    ansible_ssh_timeout: 60,
    ansible_ssh_private_key_file: join(lab.dir, 'id'),
    ansible_ssh_common_args: `-o UserKnownHostsFile=${join(lab.dir, 'known_hosts')}`,
  };
  writeFileSync(inventory, JSON.stringify({ all: { hosts: { [node]: host } } }));
  writeFileSync(spec, JSON.stringify(world));
  const words = ['run', 'test/campaign/playbook.ts', inventory, ...flags];
  return startRota(lab, words, { CAMPAIGN: spec, XDG_STATE_HOME: folder });
}
