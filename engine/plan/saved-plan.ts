import { z } from 'zod';

/** The number at the head of a plan file; another one is another format. */
export const PLAN_FORMAT = 4;

const Names = z.array(z.string()).readonly();

const KeyedHash = z.string().regex(/^[0-9a-f]{64}$/);

/** One side of a change, as the file has it. `long`: it has more than one line. */
const Side = z.union([
  z.strictObject({ value: z.union([z.string(), z.number(), z.boolean()]) }),
  z.strictObject({ bytes: z.number(), sha256: z.string() }),
  z.strictObject({ pending: z.string(), reason: z.string() }),
  z.strictObject({ secret: KeyedHash, long: z.boolean() }),
]);

const Field = z.strictObject({ name: z.string(), before: Side.optional(), after: Side });

const PlannedTask = z.strictObject({
  title: z.string(),
  fields: z.array(Field),
  /** Of what would be run. */
  commands: KeyedHash,
});

const Impact = z.strictObject({
  text: z.string(),
  moves: Names,
  gapMs: z.number(),
});

const HostPlan = z.strictObject({
  host: z.string(),
  stages: z.array(z.array(PlannedTask)),
  /** Of the host's answers, the volatile ones aside. */
  state: KeyedHash,
  impact: Impact.optional(),
});

const Rollout = z.strictObject({
  repair: z.boolean(),
  allowOutage: z.boolean(),
  bootstrap: z.boolean(),
  /** Left out: all. */
  ringsAtOnce: z.number().optional(),
  maxFail: z.union([
    z.strictObject({ hosts: z.number() }),
    z.strictObject({ percent: z.number() }),
  ]),
  carryOn: z.boolean(),
  /** Left out: any length will do. */
  maxGapMs: z.number().optional(),
  watch: z.boolean(),
  takeOver: Names,
});

const Choice = z.strictObject({
  tags: Names,
  skipTags: Names,
  startAt: Names.optional(),
});

/** What a plan file says. */
export const SavedPlan = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{16}$/),
  created: z.iso.datetime(),
  by: z.strictObject({ user: z.string(), machine: z.string() }),
  /** `code`: SHA-256 of rota's own sources and of the playbook's file. */
  rota: z.strictObject({ version: z.string(), node: z.string(), code: z.string() }),
  playbook: z.strictObject({
    name: z.string(),
    command: z.enum(['deploy', 'image', 'run']),
    /** Of a playbook that was run by its path. */
    path: z.string().optional(),
  }),
  /** The hash is of every host's variables as they were resolved, and of the files that they are from. */
  inventory: z.strictObject({ paths: z.array(z.string()).min(1).readonly(), hash: KeyedHash }),
  /** --limit, as it was given. */
  limit: z.string().optional(),
  /** Which tasks are done; left out: all. */
  choice: Choice.optional(),
  targets: Names,
  rollout: Rollout,
  hosts: z.array(HostPlan),
});

export type SavedPlan = z.infer<typeof SavedPlan>;
export type SavedHost = z.infer<typeof HostPlan>;
export type SavedTask = z.infer<typeof PlannedTask>;
export type SavedField = z.infer<typeof Field>;
export type SavedSide = z.infer<typeof Side>;

/** A plan with what shows that it is whole (sha256) and whose it is (seal: a keyed hash). */
export const PlanFile = z.strictObject({
  rotaPlan: z.literal(PLAN_FORMAT),
  plan: SavedPlan,
  sha256: KeyedHash,
  seal: KeyedHash,
});
