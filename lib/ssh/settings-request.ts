import { Failure } from '#engine/model/failure.ts';
import type { Connection } from '#engine/model/host.ts';

/** What ssh would do for an address, with these options on its command line. */
export interface SettingsRequest {
  readonly address: string;
  readonly words: readonly string[];
}

/** What a connection asks of ssh: options for its command line, which win over ssh_config. */
export function requestFor(connection: Connection): SettingsRequest {
  const { address, port, user, keyFile, connectTimeoutMs, knownHostsFiles } = connection;
  const words = [
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...(user === undefined ? [] : ['-l', user]),
    ...(keyFile === undefined ? [] : ['-i', keyFile]),
    ...(connection.hostKeyChecking === false ? ['-o', 'StrictHostKeyChecking=no'] : []),
    ...(connectTimeoutMs === undefined
      ? []
      : ['-o', `ConnectTimeout=${Math.ceil(connectTimeoutMs / 1000)}`]),
    ...(knownHostsFiles === undefined ? [] : knownHostsOptions(knownHostsFiles)),
    ...(connection.sshArguments ?? []),
  ];
  return { address, words };
}

function knownHostsOptions(files: readonly string[]): readonly string[] {
  const quoted = files.map((file) => `"${file.replaceAll('%', '%%')}"`).join(' ');
  const names = files.length === 0 ? 'none' : quoted;
  return ['-o', `UserKnownHostsFile=${names}`, '-o', 'GlobalKnownHostsFile=none'];
}

/** Commands of ssh_config get both by %h and %r, and a shell runs them: CVE-2023-51385. */
export function checkNames({ address, words }: SettingsRequest): void {
  const user = words.includes('-l') ? (words[words.indexOf('-l') + 1] ?? '') : '';
  const bad = /^-|[\s'"`$;&<>|(){}\p{Cc}]/u;
  const wrong = bad.test(address) || address.includes('\\') ? address : user;
  if (wrong === user && !bad.test(user) && !user.endsWith('\\')) return;
  throw new Failure('The address or the user of the host cannot be one', {
    kind: 'unreachable',
    where: JSON.stringify(wrong),
    fix: 'Write a name or an IP address as ansible_host, and the name of a user as ansible_user.',
  });
}
