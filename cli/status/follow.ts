import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { type HeldNow, withHeld } from '#playbooks/follow-vips.ts';
import type { RingStatus } from '#playbooks/status.ts';
import { changesBetween, type StatusChange } from './changes.ts';
import type { LookOptions } from './followed-node.ts';
import { isWhole } from './format.ts';

/** Between two looks at rings that are whole: each costs their nodes some processes. */
const REST_MS = 30_000;

/** The same while something is wrong, or has just changed. */
const BROKEN_MS = 5000;

/** From a move of a VIP to the look that tells why: others move with it. */
const MOVED_MS = 1000;

/** What looks at rings, and what ends all that came of it. */
export interface Looks {
  look(options: LookOptions): Promise<readonly RingStatus[]>;
  close(): Promise<void>;
}

/** Where all rings stand, and what is otherwise than it was. */
export interface StatusUpdate {
  readonly at: Date;
  /** When the nodes were looked at; who holds what may be newer. */
  readonly lookedAt: Date;
  readonly rings: readonly RingStatus[];
  readonly changes: readonly StatusChange[];
}

export interface FollowOptions {
  onUpdate(update: StatusUpdate): void;
  readonly stop: AbortSignal;
}

/**
 * Follows rings until it is stopped, and then leaves nothing on their nodes: who holds what as it
 * changes, all else by looks that are seldom at rest.
 */
export async function followRings(looks: Looks, { onUpdate, stop }: FollowOptions): Promise<void> {
  const following = new Following(onUpdate);
  // At once: a look that waits for a host ends with its connection.
  const ended = aborted(stop).then(() => looks.close());
  while (!stop.aborted) {
    const moved = following.expectMove();
    const seen = await looks.look({ isHasty: true, onHeld: (held) => following.hold(held) });
    if (stop.aborted) {
      await ended;
      // It may have begun to follow nodes that were closed by then.
      return await looks.close();
    }
    await pause(following.look(seen) ? REST_MS : BROKEN_MS, AbortSignal.any([moved, stop]));
    if (moved.aborted) await pause(MOVED_MS, stop);
  }
  await ended;
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

async function pause(ms: number, end: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal: end }).catch(() => {});
}

/** What is known so far, of looks and of what nodes told since. */
class Following {
  readonly #onUpdate: FollowOptions['onUpdate'];
  readonly #held = new Map<string, HeldNow>();
  #rings: readonly RingStatus[] = [];
  #lookedAt = new Date();
  #moved = new AbortController();

  constructor(onUpdate: FollowOptions['onUpdate']) {
    this.#onUpdate = onUpdate;
  }

  /** Aborted by the next move of a VIP. */
  expectMove(): AbortSignal {
    this.#moved = new AbortController();
    return this.#moved.signal;
  }

  hold(now: HeldNow): void {
    this.#held.set(now.node, now);
    const next = withHeld(this.#rings, now);
    if (changesBetween(this.#rings, next).length === 0) return;
    this.#tell(next);
    this.#moved.abort();
  }

  /** Whether all is well, and as it was. What a node told itself is newer than the answers. */
  look(seen: readonly RingStatus[]): boolean {
    this.#lookedAt = new Date();
    const nodes = seen.flatMap((ring) => ring.nodes);
    for (const { node, failure } of nodes) if (failure !== undefined) this.#held.delete(node);
    const changes = this.#tell([...this.#held.values()].reduce(withHeld, seen));
    return changes.length === 0 && seen.every(isWhole);
  }

  #tell(rings: readonly RingStatus[]): readonly StatusChange[] {
    const changes = changesBetween(this.#rings, rings);
    this.#rings = rings;
    this.#onUpdate({ at: new Date(), lookedAt: this.#lookedAt, rings, changes });
    return changes;
  }
}
