import { Failure, Failures } from '#engine/model/failure.ts';
import { LIMITS, type Limit, type Limits, limits } from '#engine/model/limits.ts';
import { didYouMean, listOf } from '#engine/model/suggest.ts';

const KIB = 1024;
const MINUTE = 60_000;
const UNITS = {
  ms: { ms: 1, s: 1000, m: MINUTE, h: 60 * MINUTE, d: 24 * 60 * MINUTE },
  bytes: { B: 1, KB: KIB, MB: KIB * KIB },
} as const satisfies Readonly<Record<Limit['unit'], Readonly<Record<string, number>>>>;

/** What may be said with --at-most: no wait without an end, and no text that Node cannot hold. */
const RANGES = {
  ms: { least: 1000, most: 24 * 60 * MINUTE, such: 'a time from 1s to 1d, such as 3m' },
  bytes: { least: KIB, most: 256 * KIB * KIB, such: 'a size from 1KB to 256MB, such as 64KB' },
} as const;

/** The limits as `--at-most` says. Throws Failures with all that is wrong in it. */
export function limitsOf({ atMost = [] }: { readonly atMost?: readonly string[] }): Limits {
  const values = atMost.map(parse);
  const wrong = values.filter((value) => value instanceof Failure);
  if (wrong.length > 0) throw new Failures(wrong);
  return limits(Object.assign({}, ...values));
}

function parse(text: string): Readonly<Record<string, number>> | Failure {
  const [, name = '', value = ''] = /^([^=]*)=(.*)$/.exec(text) ?? [text, text];
  const limit = Object.values(LIMITS).find((one) => one.name === name);
  if (limit === undefined) return unknown(text, name);
  const most = mostOf(limit, value);
  if (most !== undefined) return { [name]: most };
  return new Failure('A limit cannot be that', {
    where: `--at-most ${text}`,
    fix: `Give ${suchMost(limit)}: --at-most ${name}=…`,
  });
}

/** `3m` or `64KB` as a limit counts; undefined for what it cannot be. */
export function mostOf({ unit }: Limit, value: string): number | undefined {
  const [, count = '', suffix = ''] = /^(\d{1,9}(?:\.\d{1,3})?)([A-Za-z]+)$/.exec(value) ?? [];
  const factor = new Map<string, number>(Object.entries(UNITS[unit])).get(suffix);
  const most = Math.round(Number(count) * (factor ?? Number.NaN));
  const range = RANGES[unit];
  return most >= range.least && most <= range.most ? most : undefined;
}

/** What a limit can be, in words. */
export function suchMost({ unit }: Limit): string {
  return RANGES[unit].such;
}

function unknown(text: string, name: string): Failure {
  const names = Object.keys(LIMITS);
  return new Failure('There is no limit of that name', {
    where: `--at-most ${text}`,
    fix: didYouMean(
      name,
      names,
      `Name one of ${listOf(names, names.length)}: --at-most NAME=VALUE`,
    ),
  });
}
