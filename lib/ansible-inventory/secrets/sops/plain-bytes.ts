import type { Scalar } from 'yaml';

const NULL = /^(?:~|null|Null|NULL|)$/;
const BOOLEAN = /^(?:true|True|TRUE|false|False|FALSE)$/;
const INTEGER = /^[-+]?[0-9]+$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

/**
 * What SOPS hashes of a value that it leaves in the clear (ToBytes in sops.go): of a number or boolean
 * what Go writes for it. Undefined for null, which it leaves out.
 */
export function plainBytes({ source, type }: Scalar.Parsed): string | undefined {
  if (type !== 'PLAIN') return source;
  if (NULL.test(source)) return undefined;
  if (BOOLEAN.test(source)) return /^t/i.test(source) ? 'True' : 'False';
  if (INTEGER.test(source)) return String(BigInt(source.replace(/^\+/, '')));
  return FLOAT.test(source) ? floatText(Number(source)) : source;
}

/** As strconv.FormatFloat(value, 'f', -1, 64): never with an exponent. */
function floatText(value: number): string {
  const text = String(value);
  if (!text.includes('e')) return text;
  return value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 100 });
}
