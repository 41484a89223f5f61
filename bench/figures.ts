import type { Measured } from './measure.ts';

/** `no-op`: on hosts that are as they should be; `first run`: on hosts that have nothing yet. */
export const CASES = ['no-op', 'first run'] as const;

/** Which of the medians are meant. */
interface Place {
  readonly contestant: string;
  readonly case: (typeof CASES)[number];
}

/** What was measured on so many hosts, in one interleaved run. */
export interface Result {
  readonly hosts: number;
  /** Each way. */
  readonly delayMs: number;
  readonly rounds: number;
  /** When, and on what. */
  readonly taken: string;
  readonly figures: readonly (Place & { readonly median: Measured })[];
}

/** Of each number by itself. */
export function medians(rounds: readonly Measured[]): Measured {
  const of = (key: keyof Measured) => median(rounds.map((round) => round[key]));
  return {
    wallSeconds: of('wallSeconds'),
    ownSeconds: of('ownSeconds'),
    hostsSeconds: of('hostsSeconds'),
    ownBytes: of('ownBytes'),
    hostsBytes: of('hostsBytes'),
  };
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}

/** How many times the floor’s, where both were measured. */
export function overFloor(
  { figures }: Result,
  place: Place,
  key: keyof Measured = 'wallSeconds',
): number | undefined {
  const of = (name: string) =>
    figures.find(({ contestant, case: which }) => contestant === name && which === place.case)
      ?.median[key];
  const [own, floor] = [of(place.contestant), of('floor')];
  return own === undefined || !floor ? undefined : own / floor;
}

/** `no-op: rota/floor 1.50`, and the same of a first run. */
export function closingLines(result: Result): readonly string[] {
  return CASES.flatMap((which) => {
    const ratio = overFloor(result, { contestant: 'rota', case: which });
    return ratio === undefined ? [] : [`${which}: rota/floor ${ratio.toFixed(2)}`];
  });
}

/** Results with others: what was measured again takes the place of what was. */
export function withResults(before: readonly Result[], now: readonly Result[]): readonly Result[] {
  const key = ({ hosts, delayMs }: Result) => `${hosts} ${delayMs}`;
  const all = new Map([...before, ...now].map((result) => [key(result), result]));
  return [...all.values()].toSorted((a, b) => a.delayMs - b.delayMs || a.hosts - b.hosts);
}
