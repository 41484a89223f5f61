/** Python's `round()`: to the nearest, and of two equally near ones to the even one. */
export function roundHalfEven(value: number, precision: number): number {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e21) return value;
  const up = value.toFixed(precision);
  const exact = value.toFixed(100).replace(/0+$/, '');
  const [, rest = ''] = exact.split('.');
  const isTie = rest.length === precision + 1 && rest.endsWith('5');
  if (!isTie || Number(up.at(-1)) % 2 === 0) return Number(up);
  const step = 10 ** -precision;
  const even = Number((Math.abs(Number(up)) - step).toFixed(precision));
  return value < 0 ? -even : even;
}
