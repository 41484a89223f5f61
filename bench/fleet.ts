import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure } from '#engine/model/failure.ts';
import type { Lab } from '#lab/lab.ts';
import { insidePrefix } from '#lab/namespaces.ts';
import { startLab } from '#lab/start-lab.ts';
import { storedState } from '#lab/state.ts';
import { ProcessGroup } from './groups.ts';
import type { Sides } from './measure.ts';
import { liveSysctl } from './scripts.ts';
import { OWNED, stateOf } from './states.ts';
import { WORK_SYSCTLS, type WorkHost } from './work.ts';

/** A disposable host, with the way to it. */
export interface FleetHost extends WorkHost {
  /** Where it is reached at port 22: over the relay, where there is one. */
  readonly at: string;
  /** In base64, as known_hosts has it. */
  readonly hostKey: string;
}

interface FleetOptions {
  readonly dir: string;
  readonly count: number;
  /** Each way; 0: without a relay. */
  readonly delayMs: number;
  readonly signal: AbortSignal;
}

/** The hosts that all contestants have in turn: a lab’s, with groups to count what runs take. */
export class Fleet implements AsyncDisposable {
  readonly sides: Sides;
  readonly hosts: readonly FleetHost[];
  readonly #lab: Lab;
  readonly #relay: ChildProcess | undefined;
  /** Of each host, as the first contestant has left it. */
  readonly #states = new Map<string, string>();

  private constructor(lab: Lab, relay: ChildProcess | undefined) {
    const id = storedState(lab.dir)?.id ?? '';
    this.sides = { own: new ProcessGroup(id, 'own'), hosts: new ProcessGroup(id, 'hosts') };
    this.#lab = lab;
    this.#relay = relay;
    this.hosts = lab.nodes.map(({ name, address }, index) => ({
      ...{ name, address, priority: String(200 - (index % 100)) },
      at: relay === undefined ? address : relayedAt(address),
      hostKey: readFileSync(join(lab.dir, 'nodes', `${name}.pub`), 'utf8').split(' ')[1] ?? '',
    }));
  }

  static async up({ dir, count, delayMs, signal }: FleetOptions): Promise<Fleet> {
    const lab = await startLab({ dir, nodes: count, light: true, signal });
    const fleet = new Fleet(lab, delayMs > 0 ? await startRelay(lab, delayMs) : undefined);
    fleet.#inside(TAKE_IN, fleet.sides.hosts.entries);
    return fleet;
  }

  get keyFile(): string {
    return join(this.#lab.dir, 'id');
  }

  /** The words before a command, so that it runs where the hosts are reached. */
  get prefix(): readonly string[] {
    return this.#lab.prefix('control');
  }

  /** Takes back what any contestant has done on hosts, and what it keeps there. */
  reset(hosts: readonly WorkHost[]): void {
    for (const { name } of hosts) {
      const root = join(this.#lab.proc(name), 'root');
      for (const path of [...OWNED, '/var/lib/rota', '/run/rota', '/root/.ansible'])
        rmSync(join(root, path), { recursive: true, force: true });
      mkdirSync(join(root, '/etc/sysctl.d'));
    }
    this.#inside(CLEAR_SYSCTLS, namesOf(hosts));
  }

  /** Looks whether each host is as the first contestant has left it; a Failure where one is not. */
  compare(hosts: readonly WorkHost[], contestant: string): void {
    const live = this.#inside(ASK_SYSCTLS, namesOf(hosts)).split('\n');
    hosts.forEach(({ name }, index) => {
      const state = `${stateOf(join(this.#lab.proc(name), 'root'))}\nlive ${live[index]}`;
      const first = this.#states.get(name) ?? state;
      this.#states.set(name, first);
      if (state !== first)
        throw new Failure('A contestant has left a host in another state than the first one', {
          where: `${contestant} › ${name}`,
          output: `${state}\ninstead of\n${first}`,
        });
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#relay?.kill();
    return this.#lab.down();
  }

  #inside(script: string, words: readonly string[]): string {
    const [nsenter = '', ...prefix] = insidePrefix(this.#lab.pid);
    return execFileSync(nsenter, [...prefix, 'sh', '-c', script, 'sh', ...words]).toString();
  }
}

/** All that the lab runs, but for what takes it in. */
const TAKE_IN =
  'for process in /proc/[0-9]*; do for group; do echo "${process#/proc/}" >"$group"; done; done 2>/dev/null; :';

const LIVE = WORK_SYSCTLS.map(liveSysctl).join(' ');
const CLEAR_SYSCTLS = `for name; do nsenter --net="/run/netns/$name" sh -c 'for file in ${LIVE}; do echo 0 >$file; done'; done`;
const ASK_SYSCTLS = `for name; do echo $(nsenter --net="/run/netns/$name" cat ${LIVE}); done`;

function namesOf(hosts: readonly WorkHost[]): readonly string[] {
  return hosts.map(({ name }) => name);
}

async function startRelay(lab: Lab, delayMs: number): Promise<ChildProcess> {
  const program = fileURLToPath(new URL('relay.ts', import.meta.url));
  const pairs = lab.nodes.map(({ address }) => `${relayedAt(address)}=${address}`);
  const [nsenter = '', ...prefix] = lab.prefix('control');
  const words = [...prefix, process.execPath, program, String(delayMs), ...pairs];
  const relay = spawn(nsenter, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  const [word] = await Promise.race([once(relay.stdout, 'data'), once(relay, 'exit')]);
  if (String(word) !== 'ready\n') throw new Error('The relay has ended');
  return relay;
}

/** An address of the control side’s own loopback. */
function relayedAt(address: string): string {
  return address.replace('10.', '127.');
}
