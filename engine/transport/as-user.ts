import type { Connection } from '#engine/model/host.ts';
import { sh } from '#engine/shell/quote.ts';

/** The command as the login user has to type it. `-n`: sudo fails rather than asks for a password. */
export function asUser(command: string, { user, as }: Connection): string {
  if (as === undefined || as === user) return command;
  return sh`sudo -n -u ${as} -- sh -c ${command}`;
}
