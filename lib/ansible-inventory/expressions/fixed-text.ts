/**
 * A float that is not negative with so many decimals, as Python's `%f` writes it: halves go to the
 * even neighbour, and there is no exponent. JavaScript's `toFixed` rounds them up.
 */
export function fixedText(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : 'inf';
  const { numerator, denominator } = fractionOf(value);
  const digits = String(halfEven(numerator * 10n ** BigInt(decimals), denominator));
  if (decimals === 0) return digits;
  const padded = digits.padStart(decimals + 1, '0');
  return `${padded.slice(0, -decimals)}.${padded.slice(-decimals)}`;
}

function fractionOf(value: number) {
  let [scaled, denominator] = [value, 1n];
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    denominator *= 2n;
  }
  return { numerator: BigInt(scaled), denominator };
}

function halfEven(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  const isUp = twice === denominator ? quotient % 2n === 1n : twice > denominator;
  return isUp ? quotient + 1n : quotient;
}
