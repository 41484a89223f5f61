import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { $ } from 'zx/core';
import { Failure } from '#engine/model/failure.ts';
import { done } from './done.ts';
import { controlPrefix, insidePrefix, SCRIPTS } from './namespaces.ts';
import { setFabricCable } from './network.ts';
import { powerOff, powerOn } from './power.ts';
import { type LabNode, roster } from './roster.ts';
import { savedRegistry, saveLab } from './saved-lab.ts';
import type { LabState } from './state.ts';

/** How a command ended, with what it printed. */
export interface LabOutput {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `silent` takes connections and never answers. */
export type Health = 'healthy' | 'failing' | 'silent';

/** A lab that runs. A place is a node's name, `client` (on the fabric), or `control` (beside all). */
export class Lab implements AsyncDisposable {
  readonly dir: string;
  readonly nodes: readonly LabNode[];
  /** The folder of the files that nodes begin with. */
  readonly lower: string;
  readonly #state: LabState;
  readonly #end: () => Promise<void>;

  constructor(dir: string, state: LabState, end: () => Promise<void>) {
    this.dir = dir;
    this.nodes = roster(state.nodes);
    this.lower = state.root ?? '/';
    this.#state = state;
    this.#end = end;
  }

  /** The lab's first process, for `nsenter -t`. */
  get pid(): number {
    return this.#state.pid;
  }

  get light(): boolean {
    return this.#state.light;
  }

  node(name: string): LabNode {
    const node = this.nodes.find((one) => one.name === name);
    if (node !== undefined) return node;
    const names = this.nodes.map((one) => one.name).join(', ');
    throw new Failure('There is no such node in the lab', { where: name, fix: `It has ${names}.` });
  }

  /** The words to put before a command, so that it runs in that place. */
  prefix(place: string): readonly string[] {
    if (place === 'control') return controlPrefix(this.pid);
    if (place === 'client')
      return ['nsenter', `--net=/proc/${this.pid}/root/run/netns/client`, '--'];
    return [...insidePrefix(this.pid), 'sh', `${SCRIPTS}/enter.sh`, this.node(place).name];
  }

  /** Runs a script of POSIX sh. Its exit status is not looked at. */
  async run(place: string, script: string, input = ''): Promise<LabOutput> {
    const [program = '', ...words] = this.prefix(place);
    const child = spawn(program, [...words, 'sh', '-c', script]);
    child.stdin.on('error', () => {}); // A script that has ended reads no more.
    child.stdin.end(input);
    const [stdout, stderr, [status]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ]);
    return { status, stdout, stderr };
  }

  cut(name: string): Promise<void> {
    return setFabricCable(this.pid, this.node(name).name, 'down');
  }

  mend(name: string): Promise<void> {
    return setFabricCable(this.pid, this.node(name).name, 'up');
  }

  /** Power loss. */
  kill(name: string): Promise<void> {
    return powerOff(this.pid, this.node(name).name);
  }

  /** Power on; what was on the disk is there, /run and /tmp are new. Off first, if it is on. */
  async boot(name: string): Promise<void> {
    await this.kill(name);
    await powerOn(this.dir, this.#state, [this.node(name)]);
  }

  /** Power on with a new disk, as when the lab began. Off first, where it is on. */
  async renew(names: readonly string[]): Promise<void> {
    await Promise.all(names.map((name) => this.kill(name)));
    for (const path of names.flatMap((name) => [this.upper(name), this.#inside(name, 'work')]))
      rmSync(path, { recursive: true, force: true });
    const nodes = names.map((name) => this.node(name));
    await powerOn(this.dir, this.#state, nodes);
  }

  isOn(name: string): boolean {
    return existsSync(this.#inside(name, 'pid'));
  }

  /**
   * A node's first process in /proc, while it is on: `root` has the node's files, and `net` the state of
   * its network, without a process that has to be started there.
   */
  proc(name: string): string {
    const inside = readFileSync(this.#inside(name, 'pid'), 'utf8').trim();
    return `/proc/${this.pid}/root/proc/${inside}`;
  }

  /** What was written on a node's disk, as this machine sees it; images apart. */
  upper(name: string): string {
    return this.#inside(name, 'upper');
  }

  /** A node's /var/lib/containers, as this machine sees it. */
  containers(name: string): string {
    return this.#inside(name, 'containers');
  }

  /** Saves it, for other labs to start from, with these nodes, which must be off. */
  async save(folder: string, nodes: readonly string[]): Promise<void> {
    await saveLab(this, folder, nodes);
  }

  /** The file with what sshd and the stand-ins print, over all boots. */
  console(name: string): string {
    return this.#inside(name, 'console.log');
  }

  #inside(name: string, path: string): string {
    return join(`/proc/${this.pid}/root/run/lab`, this.node(name).name, path);
  }

  /** Where the registry keeps its images, as this machine sees it. */
  get registryStorage(): string {
    return `/proc/${this.pid}/root/run/lab/registry/storage`;
  }

  async startRegistry(): Promise<void> {
    const { from } = this.#state;
    const words = ['start', this.dir, ...(from === undefined ? [] : [savedRegistry(from)])];
    const command = $`${insidePrefix(this.pid)} sh ${SCRIPTS}/registry.sh ${words}`;
    await done('The registry did not start', command);
  }

  async stopRegistry(): Promise<void> {
    const command = $`${insidePrefix(this.pid)} sh ${SCRIPTS}/registry.sh stop`;
    await done('The registry did not stop', command);
  }

  /** Starts the kubelet stand-in again, after one was killed. Its pods went on meanwhile. */
  async startKubelet(name: string): Promise<void> {
    const script =
      'rm -f /run/lab/kubelet.ready; setsid /run/lab/start-kubelet >>/proc/1/fd/2 2>&1 &';
    await this.run(name, `${script} while [ ! -e /run/lab/kubelet.ready ]; do sleep 0.02; done`);
  }

  /** Makes a node's health endpoint answer 500, or answer well again. */
  async setHealth(name: string, service: 'apiserver' | 'kubelet', state: Health): Promise<void> {
    const flag = `/run/lab/${service}.unhealthy`;
    const script = {
      healthy: `rm -f ${flag}`,
      failing: `: >${flag}`,
      silent: `echo silent >${flag}`,
    };
    await this.run(name, script[state]);
  }

  /** Ends the lab, and leaves nothing behind. */
  down(): Promise<void> {
    return this.#end();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.down();
  }
}

/** A line per node: whether it is on, and the addresses that it holds on the fabric. */
export async function labStatus(lab: Lab): Promise<string> {
  const lines = lab.nodes.map(async ({ name }) => {
    if (!lab.isOn(name)) return `${name}  off`;
    const { stdout } = await lab.run(name, 'ip -6 -o addr show dev srvc0 scope global');
    const addresses = [...stdout.matchAll(/inet6 (\S+)\//g)].map(([, address]) => address);
    return `${name}  on   ${addresses.toReversed().join('  ')}`;
  });
  return (await Promise.all(lines)).join('\n');
}
