import { mkdirSync, type Stats, statSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Exits } from './exits.ts';
import type { StaticPod } from './pod.ts';
import { endContainer, type Started, startContainer } from './podman.ts';

/** Seconds before a dead container is replaced, the first time and after: as measured, then doubled. */
const BACK_OFF = [1, 14, 20, 40, 80, 160, 300];

/** Seconds between tries to start what cannot be started, such as a pod whose file is missing. */
const RETRIES = [0.5, 1, 2, 4, 8, 12];

/** Seconds until kubelet notices that a container is gone: it lists them that often. */
const RELIST = 1;

interface Beginning {
  readonly exits: Exits;
  /** What kubelet's waits are multiplied with. */
  readonly waits: number;
  /** The container of this pod that an earlier kubelet has left. */
  readonly adopted?: Started;
}

/** One pod, from its start to its end. */
export class PodWorker {
  readonly pod: StaticPod;
  readonly #exits: Exits;
  readonly #waits: number;
  readonly #stopping = new AbortController();
  readonly #life: Promise<void>;
  #container: Started | undefined;

  constructor(pod: StaticPod, { exits, waits, adopted }: Beginning) {
    this.pod = pod;
    this.#exits = exits;
    this.#waits = waits;
    this.#container = adopted;
    this.#life = this.#live();
  }

  /** Ends the pod gracefully, and resolves when nothing of it is left. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#end();
    await this.#life;
    // One that was being started just now is there only after that.
    await this.#end();
    await delay(RELIST * 1000 * this.#waits);
  }

  async #end(): Promise<void> {
    const grace = this.pod.spec.terminationGracePeriodSeconds ?? 30;
    if (this.#container !== undefined) await endContainer(this.#container.name, grace);
  }

  async #live(): Promise<void> {
    const first = Number(this.#container?.name.split('_').at(-1) ?? 0);
    for (let attempt = first; !this.#stopped; attempt += 1) {
      this.#container ??= await this.#start(attempt);
      // One that was started while the pod was being stopped is not waited for: stop() ends it.
      if (this.#container === undefined || this.#stopped) return;
      await this.#exits.of(this.#container.id, this.#stopping.signal);
      if (this.#stopped) return;
      const backOff = BACK_OFF[Math.min(attempt - first, BACK_OFF.length - 1)] ?? 0;
      console.error(
        `kubelet: ${this.pod.fullName}: container ${attempt} died, back-off ${backOff} s`,
      );
      await this.#pause(backOff);
      if (this.#stopped) return;
      await endContainer(this.#container.name, 0);
      this.#container = undefined;
    }
  }

  async #start(attempt: number): Promise<Started | undefined> {
    for (let tries = 0; !this.#stopped; tries += 1) {
      try {
        checkHostPaths(this.pod);
        const [container] = this.pod.spec.containers;
        return container && (await startContainer(this.pod, container, attempt));
      } catch (error) {
        console.error(`kubelet: ${this.pod.fullName}: ${(error as Error).message}`);
        await this.#pause(RETRIES[Math.min(tries, RETRIES.length - 1)] ?? 0);
      }
    }
    return undefined;
  }

  get #stopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #pause(seconds: number): Promise<void> {
    const { signal } = this.#stopping;
    await delay(seconds * 1000 * this.#waits, undefined, { signal }).catch(() => undefined);
  }
}

/**
 * Checks the host paths of a pod by their types, as kubelet does. Without a type nothing is checked,
 * and the runtime makes a folder of what is missing. Throws for one that does not fit.
 */
function checkHostPaths({ spec }: StaticPod): void {
  for (const { hostPath } of spec.volumes ?? []) {
    if (hostPath !== undefined) checkHostPath(hostPath.path, hostPath.type ?? '');
  }
}

function checkHostPath(path: string, type: string): void {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there === undefined) makeHostPath(path, type);
  else if (!fits(there, type))
    throw new Error(`hostPath type check failed: ${path} is not a ${type}`);
}

function makeHostPath(path: string, type: string): void {
  if (type === '' || type === 'DirectoryOrCreate') mkdirSync(path, { recursive: true });
  else if (type === 'FileOrCreate') writeFileSync(path, '');
  else throw new Error(`hostPath type check failed: ${path} is not a ${type}`);
}

function fits(there: Stats, type: string): boolean {
  if (type.startsWith('Directory')) return there.isDirectory();
  if (type === 'Socket') return there.isSocket();
  return type.startsWith('File') ? there.isFile() : true;
}
