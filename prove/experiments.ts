import { dirname } from 'node:path';
import {
  type DiskChange,
  type NodeDisk,
  seenBetween,
  seenOnDisk,
  writtenBetween,
} from '#lab/disk.ts';
import { Random } from '#lab/random.ts';
import { breachesOf, isHostsOwn, isRotas } from './changes.ts';
import type { Course, Experiment, KillMoment } from './desk.ts';
import type { Disks, Ground } from './ground.ts';
import type { Breach } from './promises.ts';
import { argumentsDuring, secretsLeft } from './secrets.ts';
import { eventsIn, failedIn, TaskPaths } from './told.ts';

/** What a run on new hosts has come to. */
export interface Tried {
  readonly course: Course;
  readonly disks: Disks;
  readonly breaches: readonly Breach[];
  /** Of the arguments of processes. */
  readonly shown: readonly Breach[];
}

export interface ExperimentsInput {
  readonly ground: Ground;
  readonly kills: number;
  readonly seed: number;
  readonly hasSecrets: boolean;
}

/** How each promise of a playbook is tried, with all of its tasks or without some. */
export class Experiments {
  readonly #input: ExperimentsInput;

  constructor(input: ExperimentsInput) {
    this.#input = input;
  }

  async dryRun(without: readonly string[] = []) {
    const { ground } = this.#input;
    await ground.renew();
    const before = await ground.disks();
    const course = await ground.run({ mode: 'dry-run', undone: false, without });
    const after = await ground.disks();
    const paths = new TaskPaths([course]);
    const breaches = eachOf(before, after).flatMap(([host, was, is]) =>
      breachesOf(host, writtenBetween(was, is), paths),
    );
    if (breaches.length === 0) ground.stayedNew();
    return { course, breaches };
  }

  async run(without: readonly string[] = []): Promise<Tried> {
    const { ground, hasSecrets } = this.#input;
    await ground.renew();
    const work = async () => await ground.run(apply(without));
    const [course, shown] = hasSecrets ? await argumentsDuring(ground, work) : [await work(), []];
    return { course, breaches: failedIn(course), shown, disks: await ground.disks() };
  }

  /** On hosts on which it was run already. */
  async secondRun({ course, disks }: Tried, without: readonly string[] = []) {
    const { ground } = this.#input;
    const again = await ground.run(apply(without));
    const now = await ground.disks();
    const paths = new TaskPaths([course, again]);
    const changed = eventsIn(again, 'taskChanged').map(({ host, task }) => {
      return { host, what: `${task}: changed again`, tasks: [task] };
    });
    return [...changed, ...failedIn(again), ...(await seenOn(eachOf(disks, now), paths))];
  }

  /** On hosts on which it was run. */
  secrets({ course, shown }: Tried): readonly Breach[] {
    return [...shown, ...secretsLeft(this.#input.ground, [course])];
  }

  /** `tried` is how it goes without a kill. */
  async killed(tried: Tried, without: readonly string[] = []): Promise<readonly Breach[]> {
    const { kills, seed } = this.#input;
    const random = new Random(seed);
    for (let index = 0; index < kills; index += 1) {
      const moment = momentOf(tried.course, (index + random.next()) / kills);
      const breaches = await this.#killedOnce(tried, without, moment);
      if (breaches.length > 0) return breaches;
    }
    return [];
  }

  async #killedOnce(tried: Tried, without: readonly string[], moment: KillMoment) {
    const { ground } = this.#input;
    await ground.renew();
    const killed = await ground.runKilled(apply(without), moment);
    const next = await ground.run(apply(without));
    await ground.quiet();
    const last = await ground.run({ mode: 'dry-run', undone: false, without });
    const paths = new TaskPaths([tried.course, killed, next]);
    const different = await this.#otherThan(tried, without, await ground.disks());
    const found = [
      ...failedIn(next),
      ...eventsIn(last, 'hostFinished')
        .filter(({ summary }) => summary.pending > 0)
        .map(({ summary }) => {
          return { host: summary.host, what: 'still differs after the next run', tasks: [] };
        }),
      ...different.flatMap(({ host, changes }) => breachesOfTasks(host, changes, paths)),
    ];
    const begun = eventsIn(killed, 'taskStarted').at(-1)?.task;
    const [when, behind] =
      begun === undefined ? ['before its first task', []] : [`in ${begun}`, [begun]];
    return found.map(({ host, what, tasks }) => ({
      ...{ host, what: `${what} (killed ${when})` },
      tasks: tasks.length > 0 ? tasks : behind,
    }));
  }

  /** What differs from a run that nobody has killed, unless two of those differ there, too. */
  async #otherThan(tried: Tried, without: readonly string[], disks: Disks) {
    const found = await differences(tried.disks, disks);
    if (found.every(({ changes }) => changes.length === 0)) return found;
    const others = await differences(tried.disks, (await this.run(without)).disks);
    return found.map(({ host, changes }) => {
      const free = others.find((other) => other.host === host)?.changes ?? [];
      return {
        host,
        changes: changes.filter((change) => !free.some((one) => excuses(one, change))),
      };
    });
  }

  async undo(without: readonly string[] = []): Promise<readonly Breach[]> {
    const { ground } = this.#input;
    await ground.renew();
    const before = await ground.disks();
    const course = await ground.run({ mode: 'apply', undone: true, without });
    const after = await ground.disks();
    const paths = new TaskPaths([course]);
    const hosts = eachOf(before, after).filter(([host]) => !ground.isControl(host));
    return [...failedIn(course, 'undo'), ...(await seenOn(hosts, paths))];
  }
}

function apply(without: readonly string[]): Experiment {
  return { mode: 'apply', undone: false, without };
}

async function differences(before: Disks, after: Disks) {
  const all = eachOf(before, after).map(async ([host, was, is]) => {
    const changes = (await seenOnDisk(was, is)).filter(({ path }) => !isRotas(path));
    return { host, changes };
  });
  return await Promise.all(all);
}

/** Whether a change that comes by itself makes another none: at the same path, or names in a folder of such names. */
function excuses(free: DiskChange, { path, ...change }: DiskChange): boolean {
  const isName = ({ before, after }: Omit<DiskChange, 'path'>) => !before || !after;
  const isInside = isName(free) && isName(change) && path.startsWith(`${dirname(free.path)}/`);
  return path === free.path || isInside;
}

type Moments = readonly [host: string, was: NodeDisk, is: NodeDisk];

function eachOf(before: Disks, after: Disks): readonly Moments[] {
  return [...before].flatMap(([host, was]) => {
    const is = after.get(host);
    return is === undefined ? [] : [[host, was, is] as const];
  });
}

/** What differs of hosts within a boot, beside what rota keeps for the way back. */
async function seenOn(hosts: readonly Moments[], paths: TaskPaths): Promise<readonly Breach[]> {
  const seen = hosts.map(async ([host, was, is]) => {
    const changes = (await seenBetween(was, is)).filter(({ path }) => !isRotas(path));
    return breachesOfTasks(host, changes, paths);
  });
  return (await Promise.all(seen)).flat();
}

function breachesOfTasks(host: string, changes: readonly DiskChange[], paths: TaskPaths) {
  const isOwn = ({ path }: DiskChange) =>
    isHostsOwn(path) && paths.tasksAt(host, path).length === 0;
  return breachesOf(
    host,
    changes.filter((change) => !isOwn(change)),
    paths,
  );
}

/** By how far the run is, so that it is the same on a busy machine: a share of its time after it was planned. */
function momentOf({ lines }: Course, share: number): KillMoment {
  const from = lines.find(({ text }) => text.includes('"type":"hostPlanned"'))?.atMs ?? 0;
  const to = lines.at(-1)?.atMs ?? 0;
  const atMs = from + share * (to - from);
  const said = lines.filter((line) => line.atMs <= atMs);
  return { lines: said.length, delayMs: atMs - (said.at(-1)?.atMs ?? 0) };
}
