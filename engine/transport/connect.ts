import type { Host } from '#engine/model/host.ts';
import { Carrier } from './carrier.ts';
import { Keyring } from './keyring.ts';
import { openLocal } from './local.ts';
import { openOpenSsh } from './openssh.ts';
import { settingsReader } from './read-settings.ts';
import type { Connect } from './session.ts';
import { Slots } from './slots.ts';
import { type Means, openSsh } from './ssh.ts';
import { type AskYes, trustHosts } from './trust-hosts.ts';
import { type AskPassphrase, unlockKeys } from './unlock-keys.ts';

/** With nothing known yet of this machine's keys and ssh_config. */
export function newMeans(): Means {
  const keyring = new Keyring();
  return { readSettings: settingsReader(), keyring, carrier: new Carrier(keyring) };
}

/** Opens sessions, so many handshakes at once: 200 at once take longer than 32 at a time. */
export function connector(handshakes = 32, means: Means = newMeans()): Connect {
  const slots = new Slots(handshakes);
  return async (host) => {
    const { transport } = host.connection;
    if (transport === 'local') return openLocal(host);
    return await slots.use(async () =>
      transport === 'openssh'
        ? await openOpenSsh(host, means.readSettings)
        : await openSsh(host, means),
    );
  };
}

const shared = newMeans();

export const connect: Connect = connector(32, shared);

/** How to ask a person; where there is none, questions are not asked. */
export interface Questions {
  readonly secret: AskPassphrase;
  readonly yes: AskYes;
}

/** Asks for what `connect` will need for these hosts, before anything is shown of a run. */
export async function prepareToConnect(
  hosts: readonly Host[],
  ask: Questions | undefined,
): Promise<void> {
  if (ask === undefined) return;
  await unlockKeys(hosts, shared, ask.secret);
  await trustHosts(hosts, shared, ask.yes);
}
