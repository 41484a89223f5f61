import type { Host } from '#engine/model/host.ts';
import type { Session } from '#engine/model/session.ts';
import type { Carrier } from './carrier.ts';
import type { Hop } from './hop.ts';
import type { Keyring } from './keyring.ts';
import { logIn } from './link.ts';
import type { ReadSettings } from './read-settings.ts';
import { SshSession } from './ssh-session.ts';

/** What the sessions of a run share. */
export interface Means {
  readonly readSettings: ReadSettings;
  readonly keyring: Keyring;
  readonly carrier: Carrier;
}

/** Opens an SSH session to a host whose key is known, or rejects with a Failure, `unreachable`. */
export async function openSsh(host: Host, hop: Hop, means: Means): Promise<Session> {
  const { keyring, carrier } = means;
  const link = await logIn(hop, { keyring, carry: async () => await carrier.carry(hop) });
  return new SshSession(host, link, hop.settings.user);
}
