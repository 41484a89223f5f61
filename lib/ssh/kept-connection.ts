import { once } from 'node:events';
import { connect } from 'node:net';
import type { SshSettings } from './ssh-settings.ts';

/**
 * The socket by which ssh_config has connections kept when they are made; undefined where it does not, or
 * where the name of the socket is not of this host alone (%h, %n or %C), since it may lead to another.
 */
export function keptSocket({ words, address, name }: SshSettings): string | undefined {
  const [master = '', path = '', persist] = ['controlmaster', 'controlpath', 'controlpersist'].map(
    (word) => words.get(word)?.[0] ?? 'no',
  );
  const isOfHost = path.includes(address) || path.includes(name) || /[\da-f]{40}/.test(path);
  return isOfHost && /^(?:auto|yes|true)$/.test(master) && persist !== 'no' ? path : undefined;
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
