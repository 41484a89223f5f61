import { createHash, createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Failure } from '#engine/model/failure.ts';
import { fitsPatterns } from './name-patterns.ts';

/** One line of a known_hosts file that is of use; `key` is the public key as it travels. */
export interface KnownHost {
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

/** What the known_hosts files say of a key that a host has presented. */
export type Verdict =
  | { readonly kind: 'match' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'changed'; readonly known: readonly KnownHost[] }
  | { readonly kind: 'revoked'; readonly known: readonly KnownHost[] };

/** The lines of all these files, as OpenSSH reads them; a file that is not there has none. */
export async function readKnownHosts(files: readonly string[]): Promise<readonly KnownHost[]> {
  return (await Promise.all(files.map(linesOf))).flat();
}

interface Parsed {
  readonly text: string;
  readonly lines: readonly KnownHost[];
}

/** Many hosts share a file, which may be long: it is parsed once as long as it stays the same. */
const parsed = new Map<string, Parsed>();

async function linesOf(file: string): Promise<readonly KnownHost[]> {
  const text = await readIfThere(file);
  const before = parsed.get(file);
  if (before?.text === text) return before.lines;
  const lines = parseKnownHosts(text, file);
  parsed.set(file, { text, lines });
  return lines;
}

/** Lines that make no sense are passed over, as OpenSSH does: they vouch for nobody. */
export function parseKnownHosts(text: string, file: string): readonly KnownHost[] {
  return text.split('\n').flatMap((line, index) => parseLine(line.trim(), file, index + 1) ?? []);
}

/** Revoked beats known; a known host with another key has changed, whatever the type of the key. */
export function judge(known: readonly KnownHost[], target: Target, key: Buffer): Verdict {
  const name = knownHostsName(target);
  const named = known.filter(({ hosts }) => matches(hosts, name));
  const portless = known.filter(({ hosts }) => matches(hosts, target.address.toLowerCase()));
  const revoked = [...named, ...portless].filter((host) => host.revoked && host.key.equals(key));
  if (revoked.length > 0) return { kind: 'revoked', known: revoked.slice(0, 1) };

  const trusted = named.filter(isOwnKey);
  // OpenSSH: a host at another port may go by the key that it has without a port, or be unknown.
  const candidates = trusted.length > 0 ? trusted : portless.filter(isOwnKey);
  if (candidates.some((host) => host.key.equals(key))) return { kind: 'match' };
  const checkable = trusted.filter(({ type }) => ALGORITHMS.has(type));
  return checkable.length > 0 ? { kind: 'changed', known: checkable } : { kind: 'unknown' };
}

/** A line that lets others sign the host's key: only OpenSSH's own client reads certificates. */
export function authorityFor(known: readonly KnownHost[], target: Target): KnownHost | undefined {
  const name = knownHostsName(target);
  return known.find(({ authority, hosts }) => authority && matches(hosts, name));
}

/** The lines that are for the host, with or without its port, whatever they say. */
export function linesFor(known: readonly KnownHost[], target: Target): readonly KnownHost[] {
  const names = [knownHostsName(target), target.address.toLowerCase()];
  return known.filter(({ hosts }) => names.some((name) => matches(hosts, name)));
}

/**
 * The host key algorithms to offer, those of the host's known keys first: a host that has several
 * keys shows the first that is asked for, and would look changed with one that is not known.
 */
export function hostKeyAlgorithms(known: readonly KnownHost[], target: Target): string[] {
  const types = new Set(
    linesFor(known, target)
      .filter(isOwnKey)
      .map(({ type }) => type),
  );
  const byType = [...ALGORITHMS].toSorted(
    ([a], [b]) => Number(types.has(b)) - Number(types.has(a)),
  );
  return byType.flatMap(([, algorithms]) => algorithms);
}

/** The name of a host in a known_hosts file. */
export function knownHostsName({ address, port }: Target): string {
  const name = address.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

/** The line of a known_hosts file that vouches for a host. */
export function knownHostsLine(target: Target, key: Buffer): string {
  return `${knownHostsName(target)} ${keyType(key)} ${key.toString('base64')}`;
}

/** As ssh-keygen -l prints it. */
export function fingerprint(key: Buffer): string {
  const digest = createHash('sha256').update(key).digest('base64').replace(/=+$/, '');
  return `${keyType(key)} SHA256:${digest}`;
}

const ALGORITHMS: ReadonlyMap<string, readonly string[]> = new Map([
  ['ssh-ed25519', ['ssh-ed25519']],
  ['ecdsa-sha2-nistp256', ['ecdsa-sha2-nistp256']],
  ['ecdsa-sha2-nistp384', ['ecdsa-sha2-nistp384']],
  ['ecdsa-sha2-nistp521', ['ecdsa-sha2-nistp521']],
  ['ssh-rsa', ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa']],
]);

const MARKERS = ['@revoked', '@cert-authority'];

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw new Failure('A known_hosts file cannot be read', {
      kind: 'unreachable',
      where: path,
      fix: 'Make it a file that you may read, or name other files in the inventory.',
      cause: error,
    });
  }
}

function parseLine(text: string, file: string, line: number): KnownHost | undefined {
  const words = text.split(/\s+/);
  const marker = words[0]?.startsWith('@') ? words.shift() : undefined;
  const [hosts = '', type = '', base64 = ''] = words;
  if (hosts.startsWith('#') || (marker !== undefined && !MARKERS.includes(marker)))
    return undefined;
  const key = Buffer.from(base64, 'base64');
  if (base64 === '' || keyType(key) !== type) return undefined;
  const host = { file, line, revoked: marker === '@revoked', hosts, type, key };
  return marker === '@cert-authority' ? { ...host, authority: true } : host;
}

function isOwnKey({ revoked, authority }: KnownHost): boolean {
  return !revoked && authority === undefined;
}

/** A public key starts with its type: four bytes of length, then the name. */
function keyType(key: Buffer): string {
  const end = key.length < 4 ? 0 : 4 + key.readUInt32BE(0);
  return end > key.length ? '' : key.toString('latin1', 4, end);
}

function matches(hosts: string, name: string): boolean {
  if (hosts.startsWith('|')) return matchesHash(hosts, name);
  return fitsPatterns(name, hosts.toLowerCase().split(','));
}

/** `|1|salt|hash`: the HMAC-SHA1 of the one name that the line is for. */
function matchesHash(hosts: string, name: string): boolean {
  const [, version, salt = '', hash = ''] = hosts.split('|');
  if (version !== '1') return false;
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
}
