import type { Become } from '#engine/model/host.ts';
import { sh } from '#engine/shell/quote.ts';
import type { ExecOptions } from './session.ts';

/** A command with what it reads, as a transport is to run it. */
export interface Invocation {
  readonly command: string;
  readonly options: ExecOptions;
}

/** The command as the login user `user` has to type it. `-n`: sudo fails rather than asks for a password. */
export function asUser(
  command: string,
  options: ExecOptions,
  { user, become }: { readonly user: string; readonly become?: Become },
): Invocation {
  if (become === undefined || become.user === user) return { command, options };
  return { command: sh`sudo -n -u ${become.user} -- sh -c ${command}`, options };
}
