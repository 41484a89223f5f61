import { escapeControl } from '#engine/report/escape.ts';
import type { StatusChange } from './changes.ts';
import type { StatusUpdate } from './follow.ts';
import { type FormatOptions, formatRing } from './format.ts';

/** All rings, one below the other. */
export function statusText(
  { rings, lookedAt }: Pick<StatusUpdate, 'rings' | 'lookedAt'>,
  options: Omit<FormatOptions, 'lookedAt'>,
): string {
  return rings.map((ring) => formatRing(ring, { ...options, lookedAt })).join('\n\n');
}

/** `10:00:03  VIP fd02::1: node1 → node3`, by this machine's clock. */
export function changeLine({ what, was, is }: StatusChange, at: Date): string {
  return `${at.toTimeString().slice(0, 8)}  ${escapeControl(`${what}: ${was} → ${is}`)}`;
}
