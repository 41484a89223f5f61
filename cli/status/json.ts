import { toJson, withoutSecrets } from '#engine/report/json.ts';
import type { StatusUpdate } from './follow.ts';

/** A line of JSON, with its end, in which no secret is. */
export function statusLine({ at, rings, changes }: Omit<StatusUpdate, 'lookedAt'>): string {
  return withoutSecrets(`${toJson({ time: at.toISOString(), rings, changes })}\n`);
}
