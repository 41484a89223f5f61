import { z } from 'zod';
import { LIMITS, type Limit } from '#engine/model/limits.ts';
import { mostOf, suchMost } from '../flags/limits.ts';
import { REPORT_KINDS } from '../flags/record.ts';
import { DURATION } from '../flags/values.ts';

const count = z
  .int({ error: 'Expected a whole number from 1 on.' })
  .min(1, { error: 'Expected a whole number from 1 on.' })
  .max(999_999, { error: 'Expected at most 999999.' });

const file = z
  .string({ error: 'Expected the path of a file.' })
  .min(1, { error: 'Expected the path of a file.' });

/** What rota.yaml beside an inventory may say: each key is the flag of that name. */
export const Defaults = z
  .strictObject({
    report: z
      .strictObject(eachOf(REPORT_KINDS, (kind) => file.describe(`A file with the run as ${kind}`)))
      .describe('Reports of each run, by their kinds; paths begin in the folder of this file'),
    forks: count.describe('How many hosts are worked on at once'),
    diff: z
      .boolean({ error: 'Expected true or false.' })
      .describe('Show each change as a diff, when it was made'),
    'rings-at-once': count.describe('How many rings are changed at once'),
    'max-gap': z
      .string({ error: 'Expected a time such as 500ms, 2s or 1d.' })
      .regex(DURATION, { error: 'Expected a time such as 500ms, 2s or 1d.' })
      .describe('Undo a host whose change takes a VIP away for longer'),
    'at-most': z
      .strictObject(eachOf(Object.values(LIMITS), most, ({ name }) => name))
      .describe('Other limits: how long a host may take, and how much of what it prints is kept'),
  })
  .partial();

export type Defaults = z.infer<typeof Defaults>;

/** The JSON Schema of rota.yaml, for editors. */
export function defaultsSchema(): unknown {
  return z.toJSONSchema(Defaults);
}

function most(limit: Limit) {
  const error = `Expected ${suchMost(limit)}.`;
  return z
    .string({ error })
    .refine((value) => mostOf(limit, value) !== undefined, { error })
    .describe(`For ${limit.what}: ${suchMost(limit)}`);
}

/** An optional key for each. */
function eachOf<T, S extends z.ZodType>(
  all: readonly T[],
  schemaOf: (one: T) => S,
  nameOf: (one: T) => string = String,
) {
  return Object.fromEntries(all.map((one) => [nameOf(one), schemaOf(one).optional()]));
}
