import { z } from 'zod';
import { EVENTS_FORMAT } from './json.ts';
import {
  continuity,
  dutyParts,
  failure,
  findings,
  impact,
  mode,
  ms,
  names,
  plannedTask,
  result,
  summary,
  watched,
} from './recorded-parts.ts';

const host = z.string();
const task = z.string();
const check = { check: z.string(), host: host.exactOptional() };

const started = z.object({
  type: z.literal('runStarted'),
  runId: z.string(),
  playbook: z.string(),
  mode,
  hosts: names,
});

const event = z.discriminatedUnion('type', [
  started,
  z.object({ type: z.literal('hostStarted'), host }),
  z.object({ type: z.literal('hostConnected'), host, elapsedMs: ms }),
  z.object({ type: z.literal('hostUnreachable'), host, failure }),
  z.object({ type: z.literal('hostFailed'), host, failure }),
  z.object({ type: z.literal('hostWaiting'), host, what: z.string() }),
  z.object({ type: z.literal('hostBooting'), host, until: z.string() }),
  z.object({ type: z.literal('hostRefused'), host, failure }),
  z.object({
    type: z.literal('hostPlanned'),
    host,
    stages: z.array(z.array(plannedTask).readonly()).readonly(),
  }),
  z.object({ type: z.literal('hostSettling'), host, run: z.string().exactOptional() }),
  z.object({ type: z.literal('taskStarted'), host, task }),
  z.object({ type: z.literal('taskOutput'), host, task, line: z.string() }),
  z.object({ type: z.literal('taskApplied'), host, task, elapsedMs: ms }),
  z.object({ type: z.literal('taskUpset'), host, task }),
  z.object({ type: z.literal('taskOk'), host, task }),
  z.object({ type: z.literal('taskChanged'), host, task }),
  z.object({ type: z.literal('taskFailed'), host, task, failure }),
  z.object({ type: z.literal('undoStarted'), host }),
  z.object({ type: z.literal('undone'), host }),
  z.object({ type: z.literal('hostImpact'), host, impact }),
  z.object({ type: z.literal('runRefused'), failure }),
  z.object({ type: z.literal('hostQueued'), host }),
  z.object({
    type: z.literal('checkWaiting'),
    ...check,
    findings,
    goodSamples: z.int(),
    elapsedMs: ms,
    deadlineMs: ms,
  }),
  z.object({
    type: z.literal('checkPassed'),
    ...check,
    elapsedMs: ms,
    notes: names.exactOptional(),
  }),
  z.object({
    type: z.literal('checkFailed'),
    ...check,
    findings,
    explanation: names,
    failure,
  }),
  z.object({ type: z.literal('ringPlanned'), ring: names, before: dutyParts, after: dutyParts }),
  z.object({ type: z.literal('watched'), ring: names, watched, untilMs: ms }),
  continuity,
  z.object({ type: z.literal('interrupted') }),
  z.object({ type: z.literal('hostFinished'), summary }),
  z.object({ type: z.literal('runFinished'), result }),
]);

/** Those that this rota knows: newer ones may have more. */
export const KINDS: ReadonlySet<unknown> = new Set(
  event.options.map(({ shape }) => shape.type.value),
);

const time = z.object({ time: z.string().meta({ format: 'date-time' }) });

/** Any line of a run's events. */
export const EventLine = z.intersection(time, event);

/** The first line. */
export const FirstLine = z.object({
  format_version: z.literal(EVENTS_FORMAT),
  rota: z.string(),
  owner: z.string(),
  inventory: names,
  slice: z.string().optional(),
  ...time.shape,
  ...started.shape,
});

/** The JSON Schema of a line: of the first, or of any other. */
export function eventsSchema(): unknown {
  const line = z.union([FirstLine, EventLine]);
  return z.toJSONSchema(line, { io: 'input' });
}
