import { randomBytes } from 'node:crypto';

/** Names a run: its start in UTC, which sorts, and four random digits: `20261123T235959Z-3fa9`. */
export function newRunId(now: Date): string {
  const time = now.toISOString().replace(/[-:]|\.\d+/g, '');
  return `${time}-${randomBytes(2).toString('hex')}`;
}
