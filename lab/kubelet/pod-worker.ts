import { setTimeout as delay } from 'node:timers/promises';
import { checkHostPaths } from './host-paths.ts';
import type { StaticPod } from './pod.ts';
import { endContainer, podman, startContainer } from './podman.ts';

/** Seconds before a dead container is replaced, the first time and after: as measured, then doubled. */
const BACK_OFF = [1, 14, 20, 40, 80, 160, 300];

/** Seconds between tries to start what cannot be started, such as a pod whose file is missing. */
const RETRIES = [0.5, 1, 2, 4, 8, 12];

/** One pod, from its start to its end. */
export class PodWorker {
  readonly pod: StaticPod;
  readonly #waits: number;
  readonly #stopping = new AbortController();
  readonly #life: Promise<void>;
  #container: string | undefined;

  /** `adopted`: the container of this pod that an earlier kubelet has left. */
  constructor(pod: StaticPod, waits: number, adopted?: string) {
    this.pod = pod;
    this.#waits = waits;
    this.#container = adopted;
    this.#life = this.#live();
  }

  /** Ends the pod gracefully, and resolves when nothing of it is left. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    if (this.#container !== undefined) {
      await endContainer(this.#container, this.pod.spec.terminationGracePeriodSeconds ?? 30);
    }
    await this.#life;
    if (this.#container !== undefined) await endContainer(this.#container, 0);
  }

  async #live(): Promise<void> {
    for (let attempt = 0; !this.#stopped; attempt += 1) {
      if (attempt > 0 || this.#container === undefined) await this.#start(attempt);
      if (this.#container === undefined) return;
      await podman('wait', this.#container).catch(() => undefined);
      if (this.#stopped) return;
      console.error(`kubelet: ${this.pod.fullName}: container ${attempt} died`);
      await this.#pause(BACK_OFF[Math.min(attempt, BACK_OFF.length - 1)] ?? 0);
      if (this.#stopped) return;
      await endContainer(this.#container, 0);
      this.#container = undefined;
    }
  }

  async #start(attempt: number): Promise<void> {
    for (let tries = 0; !this.#stopped; tries += 1) {
      try {
        checkHostPaths(this.pod);
        const [container] = this.pod.spec.containers;
        if (container === undefined) return;
        this.#container = await startContainer(this.pod, container, attempt);
        return;
      } catch (error) {
        console.error(`kubelet: ${this.pod.fullName}: ${(error as Error).message}`);
        await this.#pause(RETRIES[Math.min(tries, RETRIES.length - 1)] ?? 0);
      }
    }
  }

  get #stopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #pause(seconds: number): Promise<void> {
    const { signal } = this.#stopping;
    await delay(seconds * 1000 * this.#waits, undefined, { signal }).catch(() => undefined);
  }
}
