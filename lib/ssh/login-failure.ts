import { Failure, type FailureDetails } from '#engine/model/failure.ts';
import { sh } from '#engine/shell/quote.ts';
import type { Progress } from './connect-failure.ts';
import type { Hop } from './hop.ts';
import type { Identity } from './identity.ts';
import type { Login } from './login.ts';

/** What is wrong with the key file that the inventory names; undefined for one that is a key. */
export function keyFileFailure(
  file: string,
  identity: Identity | undefined,
  { where }: Hop,
): Failure | undefined {
  if (identity === undefined) {
    return new Failure('The key file is not there', {
      kind: 'unreachable',
      where,
      output: file,
      fix: 'Correct its path in the inventory, or leave it out to use your agent and usual keys.',
    });
  }
  if (identity.problem === undefined) return undefined;
  const unreadable = identity.problem.startsWith('cannot be read');
  return new Failure(
    unreadable
      ? 'The key file cannot be read'
      : 'The key file holds no private key that can be used',
    {
      kind: 'unreachable',
      where,
      output: unreadable ? `${file}: ${identity.problem}` : file,
      fix: unreadable
        ? sh`Run as the user that owns it:\n  ls -l ${file}`
        : sh`See what it is, and let ssh-keygen write it in OpenSSH's own format:\n  ssh-keygen -lf ${file}\n  ssh-keygen -p -f ${file}`,
    },
  );
}

export function nothingToLogInWith(login: Login, { settings, where }: Hop): Failure {
  const locked = login.locked[0]?.file;
  return new Failure('There is no key to log in with', {
    kind: 'unreachable',
    where,
    output: [
      settings.identityAgent === undefined
        ? 'agent: none'
        : `agent: ${settings.identityAgent}, which has no key of use`,
      `looked for: ${settings.identityFiles.join(', ') || 'no key file'}`,
      ...login.unusable,
    ].join('\n'),
    fix:
      locked === undefined
        ? 'Name a key file in the inventory or in ssh_config, start an agent, or ask for a password (-k):\n  eval "$(ssh-agent)" && ssh-add'
        : sh`Run where rota can ask for the passphrase, or let an agent hold the key:\n  eval "$(ssh-agent)" && ssh-add ${locked}`,
  });
}

/** A host that took nothing of what it was shown: who, with what, and what it would take. */
export function loginRefused(
  hop: Hop,
  { tried, takes }: Progress,
  message: string,
): readonly [what: string, details: FailureDetails] {
  const output = [
    `user: ${hop.settings.user}`,
    `tried: ${tried.length === 0 ? 'nothing' : tried.join(', ')}`,
    ...(takes.length === 0 ? [] : [`the host takes: ${takes.join(', ')}`]),
    ...(/too many/i.test(message) ? [message] : []),
  ].join('\n');
  return ['The host refuses the login', { output, fix: waysIn(hop, takes, message).join('\n') }];
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
