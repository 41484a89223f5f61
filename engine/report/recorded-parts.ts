import { z } from 'zod';
import { Failure } from '#engine/model/failure.ts';
import { DOTS, Secret } from '#engine/model/secret.ts';
import { Digest, Pending } from '#engine/model/state.ts';
import type { Activity } from '../run/events.ts';

export const names = z.array(z.string()).readonly();
export const ms = z.int().min(0);
/** JSON has no number for what has no end. */
const msOrNever = ms.nullable().transform((value) => value ?? Number.POSITIVE_INFINITY);

export const failure = z
  .object({
    what: z.string(),
    where: z.string().exactOptional(),
    ran: z.string().exactOptional(),
    output: z.string().exactOptional(),
    fix: z.string().exactOptional(),
    kind: z.enum(['failed', 'drift', 'unreachable', 'locked', 'check', 'undo']),
  })
  .meta({ id: 'Failure' })
  .transform(({ what, ...details }) => new Failure(what, details));

const side = z.union([
  z.string().transform((text) => (text === DOTS ? new Secret(DOTS) : text)),
  z.number(),
  z.boolean(),
  z
    .object({ bytes: z.int(), sha256: z.string() })
    .transform(({ bytes, sha256 }) => new Digest(bytes, sha256)),
  z
    .object({ pending: z.string(), reason: z.string() })
    .transform(({ pending, reason }) => new Pending(pending, reason)),
]);

const field = z
  .object({ name: z.string(), before: side.exactOptional(), after: side })
  .meta({ id: 'Change' })
  .transform(({ name, before, after }) => ({ name, before, after }));

export const plannedTask = z
  .object({
    title: z.string(),
    fields: z.array(field).readonly(),
    commands: z
      .array(z.string())
      .describe('The titles of the commands that mend the fields')
      .transform(() => []),
    note: z.string().exactOptional(),
    failure: failure.exactOptional(),
  })
  .meta({ id: 'PlannedTask' });

const finding = z
  .object({ what: z.string(), expected: z.string(), seen: z.string() })
  .meta({ id: 'Finding' });
export const findings = z.array(finding).readonly();

export const impact = z
  .object({ text: z.string(), moves: names, gapMs: msOrNever })
  .meta({ id: 'Impact' });

const owner = z
  .object({ host: z.string().exactOptional(), sinceMs: ms })
  .transform(({ host, sinceMs }) => ({ host, sinceMs }));

const stretch = z.object({ host: z.string(), sinceMs: ms, untilMs: ms, lost: z.int() });

export const watched = z
  .array(
    z
      .object({
        name: z.string(),
        samples: z.int(),
        lost: z.int(),
        longestGapMs: msOrNever,
        owners: z.array(owner).readonly(),
        mostHolders: z.int(),
        losses: z.array(stretch).readonly().exactOptional(),
        boundMs: ms.exactOptional(),
      })
      .meta({ id: 'Watched' }),
  )
  .readonly();

export const dutyParts = z
  .array(
    z
      .object({
        host: z.string(),
        duty: z.string(),
        rank: z.int(),
        peers: names,
        isHolder: z.boolean(),
      })
      .meta({ id: 'DutyPart' }),
  )
  .readonly();

export const continuity = z
  .object({
    type: z.literal('continuity'),
    ring: names,
    watched,
    untilMs: ms.exactOptional(),
    impacts: z.array(impact).readonly(),
    blind: z.array(failure).readonly(),
  })
  .meta({ id: 'Continuity' });

const ACTIVITIES = [
  'connecting',
  'reading',
  'settling',
  'waiting',
  'applying',
  'gate',
  'undoing',
] as const satisfies readonly Activity[];

export const summary = z
  .object({
    host: z.string(),
    ok: z.int(),
    changed: z.int(),
    failed: z.int(),
    pending: z.int(),
    unreachable: z.boolean(),
    elapsedMs: ms,
    spent: z
      .array(z.object({ on: z.enum(ACTIVITIES), elapsedMs: ms }))
      .readonly()
      .exactOptional(),
    done: names.exactOptional(),
    left: names.exactOptional(),
  })
  .meta({ id: 'HostSummary' });

export const mode = z.enum(['apply', 'dry-run', 'verify']);

export const result = z
  .object({
    runId: z.string(),
    mode,
    hosts: z.array(summary).readonly(),
    failures: z.array(failure).readonly(),
    continuity: z.array(continuity).readonly().exactOptional(),
    undone: names.exactOptional(),
    interrupted: z.boolean(),
    elapsedMs: ms,
  })
  .meta({ id: 'RunResult' });
