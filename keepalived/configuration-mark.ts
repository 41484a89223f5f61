import { createHash } from 'node:crypto';
import { reveal, type Text } from '#engine/model/secret.ts';
import { normaliseConfig } from './normalise.ts';

/** A short name for a configuration, equal for equal ones, as the file has it or keepalived keeps it. */
export function configurationMark(text: Text): string {
  return createHash('sha256')
    .update(normaliseConfig(reveal(text)))
    .digest('hex')
    .slice(0, 12);
}
