import type { Host } from '#engine/model/host.ts';
import type { Carrier } from './carrier.ts';
import { hopTo } from './hop.ts';
import { logIn } from './link.ts';
import type { ReadSettings } from './read-settings.ts';
import type { Session } from './session.ts';
import { SshSession } from './ssh-session.ts';

export interface Means {
  readonly readSettings: ReadSettings;
  readonly carrier: Carrier;
}

/** Opens an SSH session to a host whose key is known, or rejects with a Failure, `unreachable`. */
export async function openSsh(host: Host, { readSettings, carrier }: Means): Promise<Session> {
  const hop = await hopTo(host, readSettings);
  const link = await logIn(hop, async () => await carrier.carry(hop));
  return new SshSession(host, link, hop.settings.user);
}
