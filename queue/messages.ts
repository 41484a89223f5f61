import { z } from 'zod';
import { CarriedFlags } from './carried.ts';

/** What a message says; undefined where that is no JSON. */
export function jsonIn(message: { json(): unknown }): unknown {
  try {
    return message.json();
  } catch {
    return undefined;
  }
}

/** The version of rota that a message is of. */
export function versionOf(data: unknown) {
  return z.looseObject({ rota: z.string() }).safeParse(data).data?.rota;
}

export const RUN_ID = /^\d{8}T\d{6}Z-[0-9a-f]{4}$/;

/** A path in a repository, which leads nowhere else. */
const Path = z
  .string()
  .min(1)
  .max(4096)
  .refine((path) => !/^[-/@]|[\0\n]/.test(path) && !path.split('/').includes('..'), {
    error: 'leads out of the repository',
  });

/** One with a comma would be a list of hosts, which are in no commit. */
const Inventory = Path.refine((path) => !path.includes(','), { error: 'is a list of hosts' });

const Shared = {
  rota: z.string(),
  run: z.string().regex(RUN_ID),
  commit: z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/),
  /** Left out: that of deploy. */
  playbook: Path.exactOptional(),
  inventory: z.array(Inventory).min(1),
  mode: z.enum(['apply', 'dry-run', 'verify']),
  options: CarriedFlags,
};

/** A slice that waits for a worker. What is run is what the commit says. */
export const WaitingSlice = z.strictObject({
  ...Shared,
  slice: z.strictObject({ index: z.int().min(1), count: z.int().min(1) }),
});
export type WaitingSlice = z.infer<typeof WaitingSlice>;

/** What each version says of a slice, and may say more. */
export const AnySlice = z.looseObject({
  run: Shared.run,
  slice: z.looseObject({ index: z.int().min(1), count: z.int().min(1) }),
});
export type AnySlice = Pick<WaitingSlice, 'run' | 'slice'>;

/** What a run is, for whoever takes its view up. */
export const Description = z.strictObject({
  owner: z.string(),
  playbook: z.string(),
  /** The hosts of each slice, in their order. */
  slices: z.array(z.array(z.string())),
  /** How many hosts may fail before no slice is begun; left out: any number. */
  maxFailed: z.int().exactOptional(),
  ringsAtOnce: z.int().exactOptional(),
  work: z.strictObject(Shared),
});
export type Description = z.infer<typeof Description>;

/** How a run ended, for whoever asks later; null for a slice that was not begun. */
export const RunEnd = z.strictObject({
  interrupted: z.boolean(),
  slices: z.array(
    z.union([
      z.strictObject({ try: z.string() }),
      z.strictObject({ givenUp: z.string() }),
      z.null(),
    ]),
  ),
});
export type RunEnd = z.infer<typeof RunEnd>;

/** What a worker asks the coordinator of a run. */
export const Ask = z.strictObject({
  slice: z.int().min(1),
  /** Which try of it, by a name that no other has. */
  try: z.string().regex(/^[0-9a-f]{16}$/),
  /** How many rings are being changed by it. */
  rings: z.int().min(0),
  want: z.discriminatedUnion('what', [
    z.strictObject({ what: z.enum(['begin', 'ring', 'still', 'end']) }),
    z.strictObject({ what: z.literal('cannot'), why: z.string() }),
  ]),
});
export type Ask = z.infer<typeof Ask>;

/** `wait`: ask again. `stop`: no, and end what runs. `done`: the slice is to be taken out of the queue. */
export const LeaveReply = z.enum(['go', 'wait', 'stop', 'done']);
export type LeaveReply = z.infer<typeof LeaveReply>;
