import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { hostname } from 'node:os';
import type { SshSettings } from './ssh-settings.ts';

/**
 * The socket by which ssh_config has connections kept when they are made; undefined where it does not, or
 * where the name of the socket is not of this host alone (%h or %n, with %p, or %C): it may lead to another.
 */
export function keptSocket({ words, address, name, port }: SshSettings): string | undefined {
  const [master = '', path = '', persist] = ['controlmaster', 'controlpath', 'controlpersist'].map(
    (word) => words.get(word)?.[0] ?? 'no',
  );
  const has = (word: string) => new RegExp(`(?<![\\w.])${RegExp.escape(word)}(?!\\w)`).test(path);
  const isNamed = (has(address) || has(name)) && (port === 22 || has(String(port)));
  const isOfHost = isNamed || /[\da-f]{40}/.test(path);
  return isOfHost && /^(?:auto|yes|true)$/.test(master) && persist !== 'no' ? path : undefined;
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

/** Whether an ssh listens there. */
export async function isKept(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
