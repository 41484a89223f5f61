import type { Connect } from '#engine/model/session.ts';
import { Carrier } from './carrier.ts';
import { Keyring } from './keyring.ts';
import { settingsReader } from './read-settings.ts';
import { Slots } from './slots.ts';
import type { Means } from './ssh.ts';

/** With nothing known yet of this machine's keys and ssh_config. */
export function newMeans(): Means {
  const keyring = new Keyring();
  return { readSettings: settingsReader(), keyring, carrier: new Carrier(keyring) };
}

/** Opens sessions, so many handshakes at once: 200 at once take longer than 32 at a time. */
export function connector(handshakes = 32, means: Means = newMeans()): Connect {
  const slots = new Slots(handshakes);
  return async (host) => {
    // What makes a kind of session is loaded with the first one.
    if (host.connection.transport === 'local') {
      const { openLocal } = await import('./local.ts');
      return openLocal(host);
    }
    const { openRemote } = await import('./open-remote.ts');
    return await slots.use(async () => await openRemote(host, means));
  };
}

/** What `prepareToConnect` has found out and was told. */
export const sharedMeans: Means = newMeans();

export const connect: Connect = connector(32, sharedMeans);

/** As `connect`, with so many handshakes at once. */
export function connectAtMost(handshakes: number | undefined): Connect {
  return connector(handshakes, sharedMeans);
}
