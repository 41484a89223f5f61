import { sh } from '#engine/shell/quote.ts';
import type { Hop } from './hop.ts';

/** What went wrong and how to mend it; the output is left out where it is the error's own message. */
export type ExplainedError = readonly [what: string, fix: string, output?: string];

/** What to do about a host that does not answer. */
export function isItUp(address: string): string {
  return hint(
    'See whether it is up, and whether a firewall is in the way',
    sh`ping -c 3 ${address}`,
  );
}

/** What to do about a host that was given up. */
export function moreTime(hop: Hop): string {
  return hint(
    'A busy host may need more time: raise ansible_timeout. Else try by hand',
    hop.byHand,
  );
}

/** What to do about a host that hangs up while it has too many logins. */
export function moreLogins({ settings: { port, address } }: Hop): string {
  const sentence =
    'Let sshd take more logins at once (MaxStartups in its sshd_config), or see who listens there';
  return hint(sentence, sh`ssh-keyscan -p ${port} ${address}`);
}

/** What to do about an account that was given an end. */
export function moreDays({ settings: { user } }: Hop): string {
  return hint('Give it more time, as root on the host', sh`chage -E -1 ${user}`);
}

/** What to do where only the host knows. */
export function askTheHost(hop: Hop): string {
  return hint("See the host's own log (journalctl -u ssh -u sshd), and try by hand", hop.byHand);
}

/** What to do where nothing better is known. */
export function byHand(hop: Hop): string {
  return hint('Try by hand', hop.byHand);
}

/** A sentence, and a command to copy. */
export function hint(sentence: string, command: string): string {
  return `${sentence}:\n  ${command}`;
}
