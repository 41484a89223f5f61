import { existsSync } from 'node:fs';
import { Failure } from '#engine/model/failure.ts';
import type { Connection } from '#engine/model/host.ts';
import { parseSshSettings, type SshSettings } from './ssh-settings.ts';

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

/** Whether ssh would make no more of the request than `plainSettings` does. */
export function isPlain({ address, words }: SettingsRequest): boolean {
  const options = words.filter((_, index) => index % 2 === 0);
  return (
    isPlainName(address) &&
    options.every((option, at) => isPlainOption(option, words[2 * at + 1] ?? ''))
  );
}

function isPlainOption(option: string, value: string): boolean {
  if (option === '-o') return PLAIN_OPTION.test(value);
  // ssh leaves out one that is not there.
  return option === '-i' ? existsSync(value) : option === '-p' || option === '-l';
}

/** What the words of the connection itself say, as far as they are simple options, and then the lines. */
export function plainSettings(
  { address, words }: SettingsRequest,
  more: readonly string[],
): SshSettings {
  const lines = words.flatMap((word, index) => {
    const next = words[index + 1] ?? '';
    if (word === '-p') return [`port ${next}`];
    if (word === '-l') return [`user ${next}`];
    if (word === '-i') return [`identityfile ${next}`];
    if (word === '-o') return [next.replace('=', ' ').replaceAll('"', '')];
    return [];
  });
  return parseSshSettings([...lines, ...more].join('\n'), address);
}

/** Whether ssh takes a name as it is. */
export function isPlainName(name: string): boolean {
  return /^[a-z0-9._:%-]+$/.test(name);
}

/** Options that mean the same wherever they stand, with a value that stands for itself. */
const PLAIN_OPTION =
  /^(?:StrictHostKeyChecking=[a-z-]+|ConnectTimeout=\d+|IdentitiesOnly=(?:yes|no)|(?:User|Global)KnownHostsFile="?[\w./~+-]+"?)$/i;
