import { sh } from '#engine/shell/quote.ts';
import { askTheHost, moreDays } from './hints.ts';
import type { Hop } from './hop.ts';
import type { ExplainedError, LoginProgress, SshError } from './login-progress.ts';

/** A host that lets nobody in by what it was shown, or that hangs up when it has seen who it is. */
export function loginRefusal(error: SshError, hop: Hop, progress: LoginProgress): ExplainedError {
  const { tried, takes } = progress;
  const banner = progress.banner.trim();
  const isThrough = error.level === 'client-authentication';
  const output = [
    `user: ${hop.settings.user}`,
    `tried: ${tried.length === 0 ? 'nothing' : tried.join(', ')}`,
    ...(takes.length === 0 ? [] : [`the host takes: ${takes.join(', ')}`]),
    ...(banner === '' ? [] : [`the host says: ${banner}`]),
    ...(isThrough ? [] : [error.message]),
  ].join('\n');
  if (/account (?:has )?expired/i.test(banner)) {
    return ['The account of the user has expired', moreDays(hop), output];
  }
  if (isThrough || /too many/i.test(error.message)) {
    return ['The host refuses the login', waysIn(hop, takes, error.message).join('\n'), output];
  }
  return ['The host hangs up at the login', askTheHost(hop), output];
}

function waysIn(hop: Hop, takes: readonly string[], message: string): readonly string[] {
  const { user, address, port } = hop.settings;
  if (/too many/i.test(message)) {
    return ['Name the right key with IdentityFile in ssh_config, and IdentitiesOnly yes.'];
  }
  const asks = takes.some((method) => method === 'password' || method === 'keyboard-interactive');
  return [
    'Allow the key for that user:',
    sh`  ssh-copy-id -p ${port} ${user}@${address}`,
    ...(asks && hop.password === undefined ? ['Or log in with a password: -k asks for it.'] : []),
    ...(takes.includes('gssapi-with-mic') ? ['Or log in by Kerberos: --transport openssh.'] : []),
  ];
}
