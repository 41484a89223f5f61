import { scaleUtc } from 'd3-scale';
import { select } from 'd3-selection';
import { type D3ZoomEvent, type ZoomBehavior, zoom, zoomIdentity } from 'd3-zoom';

/** Closer than this nothing is to be seen. */
const SHORTEST_MS = 50;

/** Of a bar that may have a word in it. */
const MIN_WORD_PX = 40;

/** What of the run's time is in sight, and where it is on the lanes. */
export class TimeWindow {
  fromMs = 0;
  toMs: number;
  /** Of a lane, in pixels. */
  #width = 0;
  readonly #totalMs: number;
  readonly #surface: HTMLElement;
  /** From where to where lanes are on the surface, in pixels. */
  readonly #edges: () => readonly [left: number, right: number];
  readonly #zoom: ZoomBehavior<HTMLElement, unknown>;

  constructor(input: {
    readonly totalMs: number;
    readonly surface: HTMLElement;
    edges(): readonly [left: number, right: number];
    changed(): void;
  }) {
    this.#totalMs = Math.max(1, input.totalMs);
    this.toMs = this.#totalMs;
    this.#surface = input.surface;
    this.#edges = input.edges;
    this.#zoom = zoom<HTMLElement, unknown>()
      .scaleExtent([1, Math.max(1, this.#totalMs / SHORTEST_MS)])
      .filter((event: Event) => this.#isMeant(event))
      .on('zoom', ({ transform }: D3ZoomEvent<HTMLElement, unknown>) => {
        const [from, to] = transform.rescaleX(this.#scale()).domain();
        this.fromMs = Math.max(0, Number(from));
        this.toMs = Math.min(this.#totalMs, Number(to));
        input.changed();
      });
    select(this.#surface).call(this.#zoom).on('dblclick.zoom', null);
    this.fit();
  }

  /** After the lanes have another width. */
  fit(): void {
    const [left, right] = this.#edges();
    this.#width = right - left;
    this.#zoom.extent([
      [left, 0],
      [right, 1],
    ]);
    this.#zoom.translateExtent([
      [left, 0],
      [right, 1],
    ]);
    this.show(this.fromMs, this.toMs);
  }

  show(fromMs: number, toMs: number): void {
    const spanMs = Math.min(this.#totalMs, Math.max(SHORTEST_MS, toMs - fromMs));
    const startMs = Math.min(Math.max(0, fromMs), this.#totalMs - spanMs);
    const [left] = this.#edges();
    const k = this.#totalMs / spanMs;
    const x = left - k * Number(this.#scale()(startMs));
    select(this.#surface).call(this.#zoom.transform, zoomIdentity.translate(x, 0).scale(k));
  }

  /** By a factor, about the middle. */
  zoomBy(factor: number): void {
    const half = (this.toMs - this.fromMs) / factor / 2;
    const middle = (this.fromMs + this.toMs) / 2;
    this.show(middle - half, middle + half);
  }

  /** By a share of what is in sight. */
  moveBy(share: number): void {
    const by = share * (this.toMs - this.fromMs);
    this.show(this.fromMs + by, this.toMs + by);
  }

  all(): void {
    this.show(0, this.#totalMs);
  }

  /** Where a moment is, in percent of a lane. */
  percent(ms: number): number {
    return ((ms - this.fromMs) / (this.toMs - this.fromMs)) * 100;
  }

  /** Whether there is room for a word in so many percent of a lane. */
  hasRoom(percent: number): boolean {
    return percent * this.#width > MIN_WORD_PX * 100;
  }

  ticks(): readonly number[] {
    return this.#scale().domain([this.fromMs, this.toMs]).ticks(6).map(Number);
  }

  #scale() {
    return scaleUtc().domain([0, this.#totalMs]).range(this.#edges());
  }

  /** The wheel and one finger scroll the page, as everywhere. */
  #isMeant(event: Event): boolean {
    if (event instanceof WheelEvent) return event.ctrlKey || event.metaKey;
    const isZoomed = this.toMs - this.fromMs < this.#totalMs;
    if ('touches' in event) return isZoomed || (event as TouchEvent).touches.length > 1;
    return isZoomed && event instanceof MouseEvent && event.button === 0;
  }
}
