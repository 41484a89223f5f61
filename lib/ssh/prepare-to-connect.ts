import { Failure } from '#engine/model/failure.ts';
import type { Host } from '#engine/model/host.ts';
import { sharedMeans } from './connect.ts';
import { hopTo } from './hop.ts';
import { needsOpenSsh } from './needs-openssh.ts';
import { requestFor } from './read-settings.ts';
import { type AskYes, trustHosts } from './trust-hosts.ts';
import { type AskPassphrase, unlockKeys } from './unlock-keys.ts';

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
  await unlockKeys(own.flat(), sharedMeans, ask.secret);
  await trustHosts(own.flat(), sharedMeans, ask.yes);
  return notes;
}

const NO_SSH = new Failure('There is no ssh on this machine: ssh_config is not read', {
  fix: 'Install it (openssh-client, or openssh), unless the inventory says all that there is to say.',
});

async function isWithoutSsh({ connection }: Host): Promise<boolean> {
  const settings = await sharedMeans.readSettings(requestFor(connection)).catch(() => undefined);
  return settings?.isFromSsh === false;
}

/** What is wrong with a host is for its connection to tell. */
async function isForOpenSsh(host: Host): Promise<boolean> {
  try {
    const hop = await hopTo(host, sharedMeans.readSettings);
    return (await needsOpenSsh(hop, sharedMeans.keyring)) !== undefined;
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}
