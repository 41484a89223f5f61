import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { lstat, realpath } from 'node:fs/promises';
import { homedir, hostname } from 'node:os';
import { dirname } from 'node:path';
import type { SshSettings } from './ssh-settings.ts';

/**
 * The socket by which ssh_config has connections kept when they are made; undefined where it does not, or
 * where the name of the socket is not of this host and user alone (%r with %h or %n, and %p, or %C): it may lead
 * to another.
 */
export function keptSocket({ words, address, name, port, user }: SshSettings): string | undefined {
  const [master = '', path = '', persist] = ['controlmaster', 'controlpath', 'controlpersist'].map(
    (word) => words.get(word)?.[0] ?? 'no',
  );
  // The user's name may be that of the home folder, too.
  const own = path.replace(`${homedir()}/`, '');
  const has = (word: string) => new RegExp(`(?<![\\w.])${RegExp.escape(word)}(?!\\w)`).test(own);
  const isNamed = (has(address) || has(name)) && has(user) && (port === 22 || has(String(port)));
  const isOfHost = isNamed || /[\da-f]{40}/.test(path);
  return isOfHost && /^(?:auto|yes|true)$/.test(master) && persist !== 'no' ? path : undefined;
}

/** Why such a host is left to OpenSSH's client. */
export function whyKept(settings: SshSettings): string | undefined {
  return keptSocket(settings) && 'ssh_config keeps connections (ControlPersist)';
}

/** The settings of a host with the socket that is its own, where all else is as of another; undefined: ask. */
export function withOwnSocket(settings: SshSettings, other: SshSettings): SshSettings | undefined {
  const socket = keptSocket(other);
  if (socket === undefined) return settings;
  const hash = HASHES.find((of) => socket.includes(of(other)));
  if (hash === undefined) return undefined;
  const own = socket.replace(hash(other), hash(settings));
  return { ...settings, words: new Map([...settings.words, ['controlpath', [own]]]) };
}

/** The %C of ssh_config(5), which newer versions make of the jump host, too. */
const HASHES = [
  (of: SshSettings) => sha1(`${hostname()}${of.address}${of.port}${of.user}${of.proxyJump ?? ''}`),
  (of: SshSettings) => sha1(`${hostname()}${of.address}${of.port}${of.user}`),
];

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

/** Who has a socket: this user alone, nobody yet, or others, who may be spoken with or exchange it. */
export type Owner = 'us' | 'nobody' | 'others';

/**
 * Who has the socket with this path. One that is this user's alone leads to nobody else, as only root
 * can put another in its place; where there is none yet, somebody else may put one at any time.
 */
export async function ownerOf(path: string): Promise<Owner> {
  try {
    const socket = await lstat(path).catch(ifThere);
    if (socket !== undefined && !(socket.isSocket() && isOurs(socket) && isPrivate(socket)))
      return 'others';
    for (let folder = await realpath(dirname(path)); ; folder = dirname(folder)) {
      const around = await lstat(folder);
      if (!(around.uid === 0 || isOurs(around)) || othersExchange(around)) return 'others';
      if (folder === dirname(folder)) return socket === undefined ? 'nobody' : 'us';
    }
  } catch {
    return 'others';
  }
}

function ifThere(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

function isOurs({ uid }: Stats): boolean {
  return uid === process.getuid?.();
}

function isPrivate({ mode }: Stats): boolean {
  return (mode & 0o077) === 0;
}

/** Not where the sticky bit leaves each his own. */
function othersExchange({ mode }: Stats): boolean {
  return (mode & 0o022) !== 0 && (mode & 0o1000) === 0;
}
