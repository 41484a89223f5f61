import type { Result } from '../../bench/figures.ts';

/** What a bench could have measured on so many hosts; floor, rota and ssh have `seconds` of each case. */
export function resultOf(
  hosts: number,
  seconds: { readonly 'no-op': readonly number[]; readonly 'first run': readonly number[] },
  delayMs = 0,
): Result {
  const figures = (['no-op', 'first run'] as const).flatMap((which) =>
    seconds[which].map((wallSeconds, at) => ({
      contestant: ['floor', 'rota', 'ssh'][at] ?? '',
      case: which,
      median: {
        wallSeconds,
        ...{ ownSeconds: wallSeconds / 2, hostsSeconds: 0.25 },
        ...{ ownBytes: 20e6 * (at + 1), hostsBytes: 5e6 },
      },
    })),
  );
  return { hosts, delayMs, rounds: 5, taken: '2026-11-29, 2 cores', figures };
}
