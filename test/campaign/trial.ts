import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Lab } from '#lab/lab.ts';
import { FAULTS, type Fault } from './faults.ts';
import { Random } from './random.ts';
import { begin, MANIFESTS, newWorld, others, stateOf, type World } from './world.ts';

export interface Trial {
  readonly lab: Lab;
  readonly node: string;
  readonly seed: number;
  /** A folder of the trial's own. */
  readonly folder: string;
}

/** How a trial came out; no breaches is good. */
export interface Verdict {
  readonly fault: string;
  readonly breaches: readonly string[];
}

/** Nothing of rota is left on a host so long after its run: the silence of 20 s, and an undo. */
const QUIET_MS = 60_000;
const RUN_MS = 120_000;
const SILENCE_SECONDS = 20;
const EXIT_CODES = [0, 1, 2, 3, 4, 5, 6, 7, 130];

/** One run that something happens to, and what must hold after it, seen from outside of the host. */
export async function tryOnce(trial: Trial): Promise<Verdict> {
  const { lab, node, seed } = trial;
  const random = new Random(seed);
  const fault = random.of(FAULTS);
  const world = newWorld(random);
  begin(join(lab.proc(node), 'root'), world);
  const before = others(lab.upper(node), world);
  const base = processes(lab, node);
  const breaches: string[] = [];
  const breach = (what: string) => void breaches.push(what);
  await runWith(trial, { fault, world, random, base, breach });
  if (!lab.isOn(node)) await lab.boot(node);
  else await quiet(trial, { base, fault, breach });
  for (const file of world.files.filter(({ path }) => !path.startsWith('/srv/eve'))) {
    const state = stateOf(join(lab.proc(node), 'root'), file);
    if (state !== 'old' && state !== 'new') breach(`${file.path}: ${state}`);
  }
  if (!fault.mayLeaveStaged) compare(before, others(lab.upper(node), world), breach);
  const idle = processes(lab, node);
  const next = await rota(trial, world);
  if (next.status !== 0) breach(`the next run ended with ${next.status}\n${next.output}`);
  const last = await rota(trial, world, '--dry-run');
  if (last.status !== 0)
    breach(`a run after it would change something: ${last.status}\n${last.output}`);
  for (const file of world.files) {
    const state = stateOf(join(lab.proc(node), 'root'), file);
    if (state !== 'new' && file.before !== file.after)
      breach(`${file.path} is ${state} in the end`);
  }
  await quiet(trial, { base: idle, fault, breach });
  compare(before, others(lab.upper(node), world), breach);
  return { fault: fault.name, breaches };
}

interface Ran {
  readonly fault: Fault;
  readonly world: World;
  readonly random: Random;
  readonly base: ReadonlySet<string>;
  breach(what: string): void;
}

async function runWith(trial: Trial, { fault, world, random, breach }: Ran): Promise<void> {
  const { lab, node } = trial;
  const mend = await fault.plant?.({ lab, node, random });
  const watcher = manifestNames(lab, node);
  const run = start(trial, world);
  const struck = fault.strike?.({ lab, node, rota: run.child, random });
  const { status, output } = await run.end;
  await struck;
  if (lab.isOn(node)) await mend?.();
  const strange = watcher.names().filter((name) => !name.startsWith('.') && name !== 'pod.yaml');
  if (fault.name !== 'something in the way' && strange.length > 0)
    breach(`the manifest folder held ${strange.join(', ')}`);
  if (status !== null && !EXIT_CODES.includes(status)) breach(`exit code ${status}\n${output}`);
  const states = world.files.map((file) => stateOf(join(lab.upper(node)), file));
  if (fault.must === 'succeed' && status !== 0)
    breach(`it should have succeeded: ${status}\n${output}`);
  if (
    fault.must === 'refuse' &&
    (status !== 1 || states.some((one) => one !== 'old' && one !== 'new'))
  )
    breach(`it should have been refused: ${status}, ${states.join(', ')}\n${output}`);
  if (status === 0 && fault.plant !== undefined && fault.name === 'disk full')
    for (const [index, state] of states.entries())
      if (state !== 'new' && world.files[index]?.before !== world.files[index]?.after)
        breach(`exit code 0, and ${world.files[index]?.path} is ${state}`);
}

interface RunEnd {
  /** null: killed. */
  readonly status: number | null;
  readonly output: string;
}

async function rota(trial: Trial, world: World, ...flags: readonly string[]): Promise<RunEnd> {
  return await start(trial, world, ...flags).end;
}

function start({ lab, node, folder }: Trial, world: World, ...flags: readonly string[]) {
  const inventory = join(folder, 'inventory.yaml');
  const spec = join(folder, 'world.json');
  const host = {
    ansible_host: lab.node(node).address,
    ansible_user: 'root',
    ansible_ssh_timeout: 60,
  };
  const common = {
    ansible_ssh_private_key_file: join(lab.dir, 'id'),
    ansible_ssh_common_args: `-o UserKnownHostsFile=${join(lab.dir, 'known_hosts')}`,
  };
  writeFileSync(inventory, JSON.stringify({ all: { hosts: { [node]: { ...host, ...common } } } }));
  writeFileSync(spec, JSON.stringify(world));
  const words = ['bin/rota.cjs', 'run', 'test/campaign/playbook.ts', inventory, ...flags];
  const [program = '', ...args] = [...lab.prefix('control'), process.execPath, ...words];
  const env = { ...process.env, CAMPAIGN: spec, NO_COLOR: '1', XDG_STATE_HOME: folder };
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output = `${output}${chunk}`.slice(-4000);
    });
  const timer = setTimeout(() => child.kill('SIGKILL'), RUN_MS);
  const end = new Promise<RunEnd>((resolve) =>
    child.on('close', (status) => {
      clearTimeout(timer);
      resolve({ status, output });
    }),
  );
  return { child, end };
}

/** Waits until the host has no process, no lease and no open run that it had not before. */
async function quiet(
  { lab, node }: Trial,
  { base, fault, breach }: Pick<Ran, 'base' | 'fault' | 'breach'>,
): Promise<void> {
  const root = join(lab.proc(node), 'root');
  // Where others lead root elsewhere, an undo refuses to follow.
  const states = ['armed', 'undoing', ...(fault.mayRefuseUndo ? [] : ['undo-failed'])];
  const left = () => [
    ...[...processes(lab, node)].filter((one) => !base.has(one)).map((one) => `process ${one}`),
    ...namesIn(join(root, 'run/rota')).filter((name) => isBeating(root, name)),
    ...namesIn(join(root, 'var/lib/rota/runs')).flatMap((run) =>
      states
        .filter((state) => existsSync(join(root, 'var/lib/rota/runs', run, state)))
        .map((state) => `run ${run} ${state}`),
    ),
  ];
  const until = performance.now() + QUIET_MS;
  while (left().length > 0) {
    if (performance.now() > until) {
      breach(`still there after ${QUIET_MS / 1000} s: ${left().join('; ')}`);
      return;
    }
    await delay(50);
  }
}

/** A heartbeat that is not older than the silence after which others may take the lease over. */
function isBeating(root: string, name: string): boolean {
  if (!name.startsWith('alive-')) return false;
  const uptime = Number.parseFloat(readFileSync('/proc/uptime', 'utf8'));
  try {
    return uptime - Number(readFileSync(join(root, 'run/rota', name), 'utf8')) <= SILENCE_SECONDS;
  } catch {
    return false;
  }
}

/** By number and words. */
function processes(lab: Lab, node: string): ReadonlySet<string> {
  const proc = join(lab.proc(node), 'root/proc');
  const all = readdirSync(proc).filter((name) => /^\d+$/.test(name) && name !== '1');
  return new Set(all.flatMap((pid) => wordsOf(join(proc, pid, 'cmdline'), pid)));
}

function wordsOf(path: string, pid: string): readonly string[] {
  try {
    return [`${pid} ${readFileSync(path, 'utf8').replaceAll('\0', ' ').slice(0, 200)}`];
  } catch {
    return [];
  }
}

/** Every name that the manifest folder has held, as far as a look every few milliseconds sees it. */
function manifestNames(lab: Lab, node: string) {
  const folder = join(lab.proc(node), 'root', MANIFESTS);
  const seen = new Set<string>();
  const timer = setInterval(() => {
    for (const name of namesIn(folder)) seen.add(name);
  }, 5);
  return {
    names: () => {
      clearInterval(timer);
      return [...seen];
    },
  };
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function compare(
  before: readonly string[],
  now: readonly string[],
  breach: (what: string) => void,
): void {
  const gone = before.filter((line) => !now.includes(line));
  const come = now.filter((line) => !before.includes(line));
  if (gone.length + come.length > 0)
    breach(
      [
        'changed beside what is managed:',
        ...gone.map((x) => `- ${x}`),
        ...come.map((x) => `+ ${x}`),
      ].join('\n  '),
    );
}
