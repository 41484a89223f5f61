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
  readonly #viewers = new Set<Viewer>();
  #news: HubNews | undefined;
  #stop: AbortController | undefined;
  /** Until nothing of it is left on the nodes. */
  #following: Promise<void> = Promise.resolve();
  #looking: Promise<HubNews> | undefined;
  #linger: NodeJS.Timeout | undefined;

  constructor(looks: Looks) {
    this.#looks = looks;
  }

  get viewers(): number {
    return this.#viewers.size;
  }

  /** Tells a viewer what is known, and all that comes, until what is given back is called. */
  join(viewer: Viewer): () => void {
    this.#viewers.add(viewer);
    if (this.#news !== undefined && this.#isFresh(this.#news)) viewer(this.#news);
    this.#stop ??= this.#follow();
    return () => {
      this.#viewers.delete(viewer);
      if (this.#viewers.size > 0) return;
      this.#stop?.abort();
      this.#stop = undefined;
    };
  }

  #follow(): AbortController {
    const controller = new AbortController();
    clearTimeout(this.#linger);
    const before = this.#following;
    const onUpdate = (update: StatusUpdate) => {
      if (!controller.signal.aborted) this.#tell(update);
    };
    this.#following = before.then(() =>
      followRings(this.#looks, { onUpdate, stop: controller.signal }),
    );
    return controller;
  }

  /** What is known while it is followed; else by a look that all who ask meanwhile share. */
  async current(): Promise<HubNews> {
    if (this.#news !== undefined && (this.#stop !== undefined || this.#isFresh(this.#news)))
      return this.#news;
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

  #isFresh({ update }: HubNews): boolean {
    return Date.now() - update.lookedAt.getTime() < FRESH_MS;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#linger);
    this.#stop?.abort();
    await this.#following;
  }
}
