import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type NodeDisk, readDisk } from '#lab/disk.ts';
import type { Lab } from '#lab/lab.ts';
import { programsOn } from '#lab/programs.ts';
import type { Course, Desk, Experiment, KillMoment } from './desk.ts';

export interface GroundInput {
  readonly lab: Lab;
  /** The node that each host of the playbook is, and `localhost`, where that has work. */
  readonly nodes: ReadonlyMap<string, string>;
  /** Work of the control machine, which stays where a step is undone, is none of the hosts'. */
  isControl(host: string): boolean;
  startDesk(): Desk;
}

/** What each host of the playbook has, by its name. */
export type Disks = ReadonlyMap<string, NodeDisk>;

/** Locked by a run that was killed: its host sees that in a moment. */
const LOCKED = 5;
const MOST_LOCKED = 100;
/** What a program that nobody listens to any more does to its end. */
const QUIET_MS = 60_000;

/** The hosts on which a playbook is tried, as new as they are needed. */
export class Ground implements AsyncDisposable {
  readonly #input: GroundInput;
  readonly #desk: Desk;
  #isNew = true;

  constructor(input: GroundInput) {
    this.#input = input;
    this.#desk = input.startDesk();
  }

  get hosts(): readonly string[] {
    return [...this.#input.nodes.keys()];
  }

  isControl(host: string): boolean {
    return this.#input.isControl(host);
  }

  /** Nothing was ever done on the hosts, after this. */
  async renew(): Promise<void> {
    if (!this.#isNew) await this.#input.lab.renew([...this.#input.nodes.values()]);
    this.#isNew = true;
  }

  async run(experiment: Experiment): Promise<Course> {
    this.#isNew = false;
    for (let tries = 0; ; tries += 1) {
      const course = await this.#desk.run(experiment);
      if (course.status !== LOCKED || tries === MOST_LOCKED) return course;
      await delay(300);
    }
  }

  /** The hosts are as new still, after a run that has changed nothing. */
  stayedNew(): void {
    this.#isNew = true;
  }

  /** A run of a rota of its own, that is killed. */
  async runKilled(experiment: Experiment, moment: KillMoment): Promise<Course> {
    this.#isNew = false;
    await using desk = this.#input.startDesk();
    return await desk.run(experiment, moment);
  }

  /** Waits until no program of a run is left on the hosts that has lost its rota. */
  async quiet(): Promise<void> {
    const { lab, nodes } = this.#input;
    const until = performance.now() + QUIET_MS;
    const isBusy = () => [...nodes.values()].some((node) => programsOn(lab, node).length > 0);
    while (isBusy() && performance.now() < until) await delay(20);
  }

  async disks(): Promise<Disks> {
    const { lab, nodes } = this.#input;
    const read = async ([host, node]: readonly [string, string]) =>
      [host, await readDisk(lab, node)] as const;
    return new Map(await Promise.all([...nodes].map(read)));
  }

  /** Where hosts have files of their own: the path of each there, and the folder here. */
  folders(): readonly { readonly host: string; readonly path: string; readonly folder: string }[] {
    const { lab, nodes } = this.#input;
    return [...nodes].flatMap(([host, node]) => [
      { host, path: '/', folder: lab.upper(node) },
      ...['/run', '/tmp', '/dev/shm'].map((path) => {
        return { host, path, folder: join(lab.proc(node), 'root', path) };
      }),
    ]);
  }

  /** The /proc of each host. */
  processes(): readonly (readonly [string, string])[] {
    const { lab, nodes } = this.#input;
    return [...nodes].map(([host, node]) => [host, join(lab.proc(node), 'root/proc')] as const);
  }

  /** What sshd of a host has printed. */
  console(host: string): string {
    const { lab, nodes } = this.#input;
    return readFileSync(lab.console(nodes.get(host) ?? host), 'utf8');
  }

  /** What rota has printed beside the events of its runs. */
  get errors(): string {
    return this.#desk.errors;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#desk[Symbol.asyncDispose]();
  }
}
