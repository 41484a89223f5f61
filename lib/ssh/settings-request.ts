import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Failure } from '#engine/model/failure.ts';
import type { Connection } from '#engine/model/host.ts';
import { fitsPatterns } from './host-patterns.ts';
import { inHome, localUser, parseSshSettings, type SshSettings } from './ssh-settings.ts';

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
  // The home of another user, a variable or a token is for ssh to expand.
  if (option === '-i') return /^(?:~\/)?[^~$%]*$/.test(value);
  return option === '-p' || option === '-l';
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
    // ssh leaves out one that is not there.
    if (word === '-i') return existsSync(inHome(next)) ? [`identityfile ${next}`] : [];
    if (word === '-o') return [next.replace('=', ' ').replaceAll('"', '')];
    return [];
  });
  return parseSshSettings([...lines, ...more].join('\n'), address);
}

/** Whether ssh takes a name as it is. */
export function isPlainName(name: string): boolean {
  return /^[a-z0-9._:%-]+$/.test(name);
}

/** Options that mean the same wherever they stand, with a value that stands for itself: in lower case alone. */
const PLAIN_OPTION =
  /^(?i:(?:StrictHostKeyChecking|IdentitiesOnly)=(?-i:yes|no)|StrictHostKeyChecking=(?-i:off|ask|accept-new)|ConnectTimeout=\d+|(?:User|Global)KnownHostsFile="?[\w./~+-]+"?)$/;

/** Where ssh reads its configuration; it is built to know the second. */
export interface ConfigFiles {
  readonly user: string;
  readonly system: string;
}

/** Those of the user who runs rota. */
export function configFiles(): ConfigFiles {
  return { user: `${localUser().home}/.ssh/config`, system: '/etc/ssh/ssh_config' };
}

/**
 * The lines of ssh_config, where they say the same of all hosts and nothing that needs ssh to read it, as
 * those that come with OpenSSH; undefined else. A system's file that is not there may be elsewhere.
 */
export async function silentConfig(files: ConfigFiles): Promise<readonly string[] | undefined> {
  try {
    const user = await linesOf(files.user).catch(ifAbsent);
    return [...user, ...(await linesOf(files.system))];
  } catch {
    return undefined;
  }
}

/** Throws where a line says more; so does one that includes files, in one that is included. */
async function linesOf(file: string, isIncluded = false): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const text of (await readFile(file, 'utf8')).split('\n')) {
    const line = text.trim();
    const [, included] = /^include\s+([\w./*-]+)$/i.exec(line) ?? [];
    if (included !== undefined && !isIncluded) {
      for (const path of await matching(resolve(dirname(file), included)))
        lines.push(...(await linesOf(path, true)));
    } else if (!FOR_ALL.test(line)) {
      if (!HARMLESS.test(line)) throw new Error(line);
      lines.push(line.toLowerCase().replaceAll(/\s+/g, ' '));
    }
  }
  return lines;
}

/** As glob(7), whose implementation in Node takes 5 ms to load. */
async function matching(path: string): Promise<readonly string[]> {
  const folder = dirname(path);
  if (folder.includes('*')) throw new Error(path);
  const names = await readdir(folder).catch(ifAbsent);
  const seen = names.filter(
    (name) => !name.startsWith('.') && fitsPatterns(name, [basename(path)]),
  );
  return seen.toSorted().map((name) => join(folder, name));
}

const FOR_ALL = /^(?:#.*|host\s+\*)?$/i;
/** Those of Debian's own file. */
const HARMLESS = /^(?:sendenv|gssapiauthentication|hashknownhosts)\s+[\w* ]+$/i;

function ifAbsent(error: NodeJS.ErrnoException): readonly string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}
