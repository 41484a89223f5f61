import { Carrier } from './carrier.ts';
import { openLocal } from './local.ts';
import { settingsReader } from './read-settings.ts';
import type { Connect } from './session.ts';
import { Slots } from './slots.ts';
import { openSsh } from './ssh.ts';

/** Opens sessions, so many handshakes at once: 200 at once take longer than 32 at a time. */
export function connector(handshakes = 32): Connect {
  const slots = new Slots(handshakes);
  const means = { readSettings: settingsReader(), carrier: new Carrier() };
  return async (host) =>
    host.connection.transport === 'local'
      ? openLocal(host)
      : await slots.use(async () => await openSsh(host, means));
}

export const connect: Connect = connector();
