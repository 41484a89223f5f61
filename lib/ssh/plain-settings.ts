import { existsSync } from 'node:fs';
import type { SettingsRequest } from './settings-request.ts';
import { parseSshSettings, type SshSettings } from './ssh-settings.ts';

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
