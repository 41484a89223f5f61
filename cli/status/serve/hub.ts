import type { StatusChange } from '../changes.ts';
import { followRings, type Looks, type StatusUpdate } from '../follow.ts';

/** A change, and when it was seen. */
export type PastChange = StatusChange & { readonly at: string };

/** What viewers are told: the newest update, and the changes before it, the oldest first. */
export interface HubNews {
  readonly update: StatusUpdate;
  readonly history: readonly PastChange[];
}

type Viewer = (news: HubNews) => void;

const KEPT = 50;

/** A look so young is told again, however many ask. */
const FRESH_MS = 5000;

/** For how long connections stay open after a look that nobody followed. */
const LINGER_MS = 60_000;

/** Follows the rings while somebody views them, once for all viewers; else it looks when it is asked. */
export class StatusHub implements AsyncDisposable {
  readonly #looks: Looks;
  readonly #freshMs: number;
  readonly #viewers = new Set<Viewer>();
  #news: HubNews | undefined;
  #stop: AbortController | undefined;
  /** What is known is of the watch that goes on, and holds until it tells otherwise. */
  #isOfWatch = false;
  /** Until nothing of it is left on the nodes. */
  #following: Promise<void> = Promise.resolve();
  #looking: Promise<HubNews> | undefined;
  #linger: NodeJS.Timeout | undefined;

  constructor(looks: Looks, freshMs = FRESH_MS) {
    this.#looks = looks;
    this.#freshMs = freshMs;
  }

  get viewers(): number {
    return this.#viewers.size;
  }

  /** Tells a viewer what is known, and all that comes, until what is given back is called. */
  join(viewer: Viewer): () => void {
    this.#viewers.add(viewer);
    const known = this.#known();
    if (known !== undefined) viewer(known);
    this.#stop ??= this.#follow();
    return () => {
      this.#viewers.delete(viewer);
      if (this.#viewers.size > 0) return;
      this.#stop?.abort();
      this.#stop = undefined;
      this.#isOfWatch = false;
    };
  }

  #follow(): AbortController {
    const controller = new AbortController();
    clearTimeout(this.#linger);
    const before = this.#following;
    const onUpdate = (update: StatusUpdate) => {
      if (controller.signal.aborted) return;
      this.#isOfWatch = true;
      this.#tell(update);
    };
    this.#following = before.then(() =>
      followRings(this.#looks, { onUpdate, stop: controller.signal }),
    );
    return controller;
  }

  /** What is known while it is followed; else by a look that all who ask meanwhile share. */
  async current(): Promise<HubNews> {
    const known = this.#known();
    if (known !== undefined) return known;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return await this.#looking;
  }

  async #look(): Promise<HubNews> {
    clearTimeout(this.#linger);
    if (this.#stop === undefined) await this.#following;
    const rings = await this.#looks.look({ isHasty: true });
    const at = new Date();
    if (this.#stop === undefined) this.#closeLater();
    return this.#tell({ at, lookedAt: at, rings, changes: [] });
  }

  #closeLater(): void {
    const close = () => {
      if (this.#stop !== undefined || this.#looking !== undefined) return;
      this.#following = this.#following.then(() => this.#looks.close());
    };
    this.#linger = setTimeout(close, LINGER_MS).unref();
  }

  #tell(update: StatusUpdate): HubNews {
    const at = update.at.toISOString();
    const past = update.changes.map((change) => ({ ...change, at }));
    const history = [...(this.#news?.history ?? []), ...past].slice(-KEPT);
    const news = { update, history };
    this.#news = news;
    for (const viewer of this.#viewers) viewer(news);
    return news;
  }

  /** Nothing where it may be otherwise by now. */
  #known(): HubNews | undefined {
    if (this.#news === undefined || this.#isOfWatch) return this.#news;
    const ageMs = Date.now() - this.#news.update.lookedAt.getTime();
    return ageMs < this.#freshMs ? this.#news : undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#linger);
    this.#stop?.abort();
    await this.#following;
  }
}
