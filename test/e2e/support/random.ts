/** How many trials a test makes: few in `npm test`, many in `npm run trials`. */
export function trials(few: number, many: number): readonly number[] {
  const count = process.env['ROTA_TRIALS'] === undefined ? few : many;
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** A number from 0 up to 1 that is always the same for a seed (mulberry32). */
export function seeded(seed: number): number {
  let state = (seed * 0x6d2b79f5) >>> 0;
  state = Math.imul(state ^ (state >>> 15), state | 1);
  state ^= state + Math.imul(state ^ (state >>> 7), state | 61);
  return ((state ^ (state >>> 14)) >>> 0) / 2 ** 32;
}
