import { createHash, createHmac, randomBytes } from 'node:crypto';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fitsPatterns } from './host-patterns.ts';
import type { SshSettings } from './ssh-settings.ts';

/** One line of a known_hosts file that is of use; `key` is the public key as it travels. */
export interface KnownHostKey {
  readonly file: string;
  readonly line: number;
  readonly revoked: boolean;
  /** The key signs those of hosts: `@cert-authority`. */
  readonly authority?: true;
  readonly hosts: string;
  readonly type: string;
  readonly key: Buffer;
}

/** Where a host is dialled; a port other than 22 is part of its name in a known_hosts file. */
export interface Target {
  readonly address: string;
  readonly port: number;
}

/** What a known_hosts file calls the host; an alias goes without a port. */
export function targetOf({ hostKeyAlias, address, port }: SshSettings): Target {
  return hostKeyAlias === undefined ? { address, port } : { address: hostKeyAlias, port: 22 };
}

/** Where ssh looks for the keys of hosts, in its order. */
export function knownHostsFiles(settings: SshSettings): readonly string[] {
  return [...settings.userKnownHostsFiles, ...settings.globalKnownHostsFiles];
}

/** Lines that make no sense are passed over, as OpenSSH does: they vouch for nobody. */
export function parseKnownHosts(text: string, file: string): readonly KnownHostKey[] {
  return text.split('\n').flatMap((line, index) => parseLine(line.trim(), file, index + 1) ?? []);
}

/** A line that lets others sign the host's key: only OpenSSH's own client reads certificates. */
export function authorityFor(
  known: readonly KnownHostKey[],
  target: Target,
): KnownHostKey | undefined {
  return linesNaming(known, knownHostsName(target)).find(({ authority }) => authority);
}

/** The lines that are for one of these names in lower case. */
export function linesNaming(
  known: readonly KnownHostKey[],
  ...names: readonly string[]
): readonly KnownHostKey[] {
  return known.filter(({ hosts }) => names.some((name) => matches(hosts, name)));
}

/** The name of a host in a known_hosts file. */
export function knownHostsName({ address, port }: Target): string {
  const name = address.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

/** The line of a known_hosts file that vouches for a host. */
export function knownHostsLine(target: Target, key: Buffer): string {
  return `${knownHostsName(target)} ${typeOfKey(key)} ${key.toString('base64')}`;
}

/** As ssh-keygen -l prints it. */
export function fingerprint(key: Buffer): string {
  const digest = createHash('sha256').update(key).digest('base64').replace(/=+$/, '');
  return `${typeOfKey(key)} SHA256:${digest}`;
}

/** A public key starts with its type: four bytes of length, then the name. */
export function typeOfKey(key: Buffer | undefined): string | undefined {
  const end = key === undefined || key.length < 4 ? 0 : 4 + key.readUInt32BE(0);
  return key === undefined || end <= 4 || end > key.length
    ? undefined
    : key.toString('latin1', 4, end);
}

/** Makes a host known by a key, in the first of the user's files. Like ssh, it goes on if it cannot. */
export async function addKnownHost(settings: SshSettings, key: Buffer): Promise<void> {
  const [file] = settings.userKnownHostsFiles;
  if (file === undefined) return;
  const target = targetOf(settings);
  const name = knownHostsName(target);
  const line = knownHostsLine(target, key);
  const whole = settings.hashKnownHosts ? `${hashed(name)}${line.slice(name.length)}` : line;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const before = await readFile(file, 'utf8').catch(() => '');
    // A file that somebody edited by hand may lack its last newline.
    const start = before === '' || before.endsWith('\n') ? '' : '\n';
    await appendFile(file, `${start}${whole}\n`, { mode: 0o600 });
  } catch {}
}

const MARKERS = ['@revoked', '@cert-authority'];

function parseLine(text: string, file: string, line: number): KnownHostKey | undefined {
  const words = text.split(/\s+/);
  const marker = words[0]?.startsWith('@') ? words.shift() : undefined;
  const [hosts = '', type = '', base64 = ''] = words;
  if (hosts.startsWith('#') || (marker !== undefined && !MARKERS.includes(marker)))
    return undefined;
  const key = Buffer.from(base64, 'base64');
  if (base64 === '' || typeOfKey(key) !== type) return undefined;
  const host = { file, line, revoked: marker === '@revoked', hosts, type, key };
  return marker === '@cert-authority' ? { ...host, authority: true } : host;
}

function matches(hosts: string, name: string): boolean {
  if (hosts.startsWith('|')) return matchesHash(hosts, name);
  return fitsPatterns(name, hosts.toLowerCase().split(','));
}

/** `|1|salt|hash`: the HMAC-SHA1 of the one name that the line is for. */
function matchesHash(hosts: string, name: string): boolean {
  const [, version, salt = '', hash = ''] = hosts.split('|');
  return version === '1' && hashOf(name, Buffer.from(salt, 'base64')) === hash;
}

/** The name is not to be read from the file. */
function hashed(name: string): string {
  const salt = randomBytes(20);
  return `|1|${salt.toString('base64')}|${hashOf(name, salt)}`;
}

function hashOf(name: string, salt: Buffer): string {
  return createHmac('sha1', salt).update(name).digest('base64');
}
