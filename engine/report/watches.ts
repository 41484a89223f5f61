import type { Failure } from '#engine/model/failure.ts';
import type { Continuity, Duties } from '#engine/model/rollout.ts';
import type { TimedEvent } from './read-events.ts';

/** Who of a ring was to be on duty for what. */
export interface RingDuties extends Duties {
  readonly ring: readonly string[];
}

/** What was seen of a ring; its times are since the start of the run. */
export interface RingWatch {
  readonly ring: readonly string[];
  readonly watched: readonly Continuity[];
  /** Undefined where the events do not tell when anything was: they are of an earlier rota. */
  readonly untilMs: number | undefined;
  readonly blind: readonly Failure[];
}

/** The rings of a run, as they were and were to be. */
export function ringsIn(events: readonly TimedEvent[]): readonly RingDuties[] {
  return events.flatMap((event) => {
    if (event.type !== 'ringPlanned') return [];
    const { ring, before, after } = event;
    return [{ ring, before, after }];
  });
}

/** Of each ring the last that was told of its watch. */
export function watchesOf(events: readonly TimedEvent[]): readonly RingWatch[] {
  const startMs = Date.parse(events[0]?.time ?? '');
  const byRing = new Map<string, RingWatch>();
  for (const event of events)
    if (event.type === 'watched' || event.type === 'continuity')
      byRing.set(event.ring.join('\n'), watchOf(event, Date.parse(event.time) - startMs));
  return [...byRing.values()];
}

function watchOf(
  event: Extract<TimedEvent, { type: 'watched' | 'continuity' }>,
  atMs: number,
): RingWatch {
  const { ring, watched, untilMs } = event;
  const blind = event.type === 'continuity' ? event.blind : [];
  return watchLater({ ring, watched, untilMs, blind }, atMs - (untilMs ?? 0));
}

/** The same on a clock that is ahead by so much. */
export function watchLater(watch: RingWatch, byMs: number): RingWatch {
  const { watched, untilMs } = watch;
  if (untilMs === undefined) return watch;
  return { ...watch, watched: watched.map((one) => later(one, byMs)), untilMs: untilMs + byMs };
}

function later(continuity: Continuity, byMs: number): Continuity {
  const { owners, losses = [], ...rest } = continuity;
  return {
    ...rest,
    owners: owners.map((one) => ({ ...one, sinceMs: one.sinceMs + byMs })),
    losses: losses.map((one) => ({
      ...one,
      sinceMs: one.sinceMs + byMs,
      untilMs: one.untilMs + byMs,
    })),
  };
}
