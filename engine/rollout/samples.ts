import { setTimeout as delay } from 'node:timers/promises';
import type { HostRun } from '#engine/host/host-run.ts';
import type { Check, Sample } from '#engine/model/check.ts';
import type { Reads } from '#engine/model/read.ts';

interface SamplesInput {
  readonly check: Check;
  readonly hosts: readonly HostRun[];
  readonly deadlineMs: number;
  /** Whether the check's probes are asked once the time is over, before all is. */
  readonly hasLastWord: boolean;
  readonly stop?: AbortSignal | undefined;
}

/** Between bad samples. */
const POLL_MS = 500;

/** What probes may take that are asked once the time is over: some wait for three adverts of a ring. */
const LAST_MS = 30_000;

/** The samples of one wait for a check. */
export class Samples {
  readonly #input: SamplesInput;
  readonly #startedAt = performance.now();
  #lastWord: 'to come' | 'now' | 'was' = 'to come';

  constructor(input: SamplesInput) {
    this.#input = input;
    if (!input.hasLastWord) this.#lastWord = 'was';
  }

  get elapsedMs(): number {
    return performance.now() - this.#startedAt;
  }

  /** Whether the last one had probes, though none was good before it: no other will say more. */
  get isLastWord(): boolean {
    return this.#lastWord === 'now';
  }

  async take(): Promise<Sample> {
    return await this.#ask(() => ({}));
  }

  /**
   * After a bad one, or what the last word says once the time is over, which `onOver` is told. Undefined: nothing
   * has come.
   */
  async next(onOver: () => void): Promise<Sample | undefined> {
    const sample = await this.#inTime();
    if (sample !== undefined || this.#input.stop?.aborted) return sample;
    const isToCome = this.#lastWord === 'to come';
    this.#lastWord = isToCome ? 'now' : 'was';
    if (!isToCome) return undefined;
    onOver();
    return await within(LAST_MS, () => this.closing());
  }

  async #inTime(): Promise<Sample | undefined> {
    const leftMs = this.#input.deadlineMs - this.elapsedMs;
    if (leftMs <= POLL_MS) return undefined;
    await this.#pause(POLL_MS);
    return await within(leftMs - POLL_MS, () => this.take());
  }

  /** After a good one: with probes, which take their time by themselves; without any, some time later. */
  async closing(): Promise<Sample> {
    const { check } = this.#input;
    if (check.probesFor !== undefined) return await this.#ask(check.probesFor.bind(check));
    await this.#pause(check.spacingMs);
    return await this.take();
  }

  async #pause(ms: number): Promise<void> {
    const { stop } = this.#input;
    await delay(ms, undefined, stop && { signal: stop }).catch(() => undefined);
  }

  async #ask(probesFor: (host: string) => Reads): Promise<Sample> {
    const { check, hosts } = this.#input;
    const entries = hosts.map(async (host) => {
      const reads = { ...check.readsFor(host.name), ...probesFor(host.name) };
      return [host.name, await host.sample(reads)] as const;
    });
    return new Map(await Promise.all(entries));
  }
}

/** What some work gives, if it does so soon enough; what it gives later is nobody's. */
async function within<T>(ms: number, work: () => Promise<T>): Promise<T | undefined> {
  const done = new AbortController();
  const late = delay(ms, undefined, { signal: done.signal }).catch(() => undefined);
  try {
    return await Promise.race([work(), late]);
  } finally {
    done.abort();
  }
}
