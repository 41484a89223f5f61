import { Failure } from '#engine/model/failure.ts';
import type { Host } from '#engine/model/host.ts';
import { Carrier } from './carrier.ts';
import { type ExplainedConnection, explainConnection } from './explain-connection.ts';
import { hopTo } from './hop.ts';
import { Keyring } from './keyring.ts';
import { openLocal } from './local.ts';
import { needsOpenSsh } from './needs-openssh.ts';
import { openRemote } from './open-remote.ts';
import { requestFor, settingsReader } from './read-settings.ts';
import type { Connect } from './session.ts';
import { Slots } from './slots.ts';
import type { Means } from './ssh.ts';
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
  return async (host) =>
    host.connection.transport === 'local'
      ? openLocal(host)
      : await slots.use(async () => await openRemote(host, means));
}

const shared = newMeans();

export const connect: Connect = connector(32, shared);

/** As `connect`, with so many handshakes at once. */
export function connectAtMost(handshakes: number): Connect {
  return connector(handshakes, shared);
}

/** How to ask a person; where there is none, questions are not asked. */
export interface Questions {
  readonly secret: AskPassphrase;
  readonly yes: AskYes;
}

/**
 * Asks for what `connect` will need for these hosts, before anything is shown of a run. Gives what is
 * to be known of this machine.
 */
export async function prepareToConnect(
  hosts: readonly Host[],
  ask: Questions | undefined,
): Promise<readonly Failure[]> {
  const remote = hosts.filter(({ connection }) => connection.transport === 'ssh');
  const [first] = remote;
  const notes = first !== undefined && (await isWithoutSsh(first)) ? [NO_SSH] : [];
  if (ask === undefined) return notes;
  const own = await Promise.all(
    remote.map(async (host) => ((await isForOpenSsh(host)) ? [] : host)),
  );
  await unlockKeys(own.flat(), shared, ask.secret);
  await trustHosts(own.flat(), shared, ask.yes);
  return notes;
}

const NO_SSH = new Failure('There is no ssh on this machine: ssh_config is not read', {
  fix: 'Install it (openssh-client, or openssh), unless the inventory says all that there is to say.',
});

async function isWithoutSsh({ connection }: Host): Promise<boolean> {
  const settings = await shared.readSettings(requestFor(connection)).catch(() => undefined);
  return settings?.isFromSsh === false;
}

/** What is wrong with a host is for its connection to tell. */
async function isForOpenSsh(host: Host): Promise<boolean> {
  try {
    const hop = await hopTo(host, shared.readSettings);
    return (await needsOpenSsh(hop, shared.keyring)) !== undefined;
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}

/** Says what `connect` goes by for a host, and tries it. */
export async function explain(host: Host): Promise<ExplainedConnection> {
  return await explainConnection(host, shared);
}
