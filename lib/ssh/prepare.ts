import { basename } from 'node:path';
import { Failure, orFailure } from '#engine/model/failure.ts';
import type { Host } from '#engine/model/host.ts';
import type { Secret } from '#engine/model/secret.ts';
import { type Hop, hopsTo, hopTo } from './hop.ts';
import { UnknownHost } from './host-key.ts';
import type { Identity } from './identity.ts';
import type { Keyring } from './keyring.ts';
import { addKnownHost, fingerprint } from './known-hosts.ts';
import { findLogins } from './login.ts';
import { needsOpenSsh } from './needs-openssh.ts';
import { requestFor } from './settings-request.ts';
import { Slots } from './slots.ts';
import type { SshClient } from './ssh-client.ts';

/** How to ask a person. */
export interface Questions {
  secret(question: string): Promise<Secret>;
  yes(question: string): Promise<boolean>;
}

/** As `Connections.prepare`, for hosts that are reached over SSH. */
export async function prepare(
  hosts: readonly Host[],
  client: SshClient,
  ask: Questions | undefined,
): Promise<readonly Failure[]> {
  const [first] = hosts;
  const notes = first !== undefined && (await isWithoutSsh(first, client)) ? [NO_SSH] : [];
  if (ask === undefined) return notes;
  const ways = await Promise.all(hosts.map(async (host) => await ownWay(host, client)));
  const hops = ways.filter((hop) => hop !== undefined);
  await unlockKeys(hops, client.keyring, ask);
  await trustHosts(hops, client, async (question) => await ask.yes(question));
  return notes;
}

const NO_SSH = new Failure('There is no ssh on this machine: ssh_config is not read', {
  fix: 'Install it (openssh-client, or openssh), unless the inventory says all that there is to say.',
});

async function isWithoutSsh({ connection }: Host, { config }: SshClient): Promise<boolean> {
  const settings = await config.settings(requestFor(connection)).catch(() => undefined);
  return settings?.isFromSsh === false;
}

/** Undefined for one that is left to OpenSSH. What is wrong with a host is for its connection to tell. */
async function ownWay(host: Host, client: SshClient): Promise<Hop | undefined> {
  const way = await orFailure(host.name, async () => {
    const hop = await hopTo(host, client.config);
    return (await needsOpenSsh(hop, client)) === undefined ? hop : undefined;
  });
  return way instanceof Failure ? undefined : way;
}

/** Asks once for each key. */
async function unlockKeys(hops: readonly Hop[], keyring: Keyring, ask: Questions): Promise<void> {
  const found = hops.flatMap(hopsTo).map(async (hop) => await lockedAt(hop, keyring));
  const locked = new Map((await Promise.all(found)).flat().map((key) => [key.file, key]));
  for (const identity of locked.values()) await unlock(identity, keyring, ask);
}

/** ssh asks for a usual key only when the host would take it: rota, when there is nothing else. */
async function lockedAt(hop: Hop, keyring: Keyring): Promise<readonly Identity[]> {
  const { locked, attempts } = await findLogins(hop, keyring);
  return attempts.length === 0 ? locked : locked.filter(({ file }) => !isUsual(file));
}

function isUsual(file: string): boolean {
  return /^id_(?:rsa|dsa|xmss|(?:ecdsa|ed25519)(?:_sk)?)$/.test(basename(file));
}

const MOST_TRIES = 3;

async function unlock(identity: Identity, keyring: Keyring, ask: Questions): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const again = tries === 0 ? '' : 'That is not it. ';
    const passphrase = await ask.secret(`${again}Passphrase for the key ${identity.file}`);
    if (await keyring.unlock(identity, passphrase)) return;
  }
  throw new Failure('The passphrase of the key is wrong', {
    kind: 'unreachable',
    where: identity.file,
    fix: 'Run again with the right one, or let an agent hold the key.',
  });
}

const AT_ONCE = 32;

/**
 * Asks about the keys of hosts that nothing is known of, where StrictHostKeyChecking is `ask`, and
 * makes them known. What else is wrong with a host is for its connection to tell.
 */
async function trustHosts(
  hops: readonly Hop[],
  client: SshClient,
  ask: (question: string) => Promise<boolean>,
): Promise<void> {
  const answers = new Map<string, boolean>();
  const slots = new Slots(AT_ONCE);
  let strangers = await strangersAmong(hops, client);
  while (strangers.length > 0) {
    const looks = strangers.map((hop) =>
      slots.use(async () => await unknownOnTheWayTo(hop, client)),
    );
    const unknown = await Promise.all(looks);
    const trusted = new Set<number>();
    for (const [index, stranger] of unknown.entries()) {
      if (stranger === undefined) continue;
      const question = questionAbout(stranger);
      const before = answers.get(question);
      const answer = before ?? (await ask(question));
      answers.set(question, answer);
      if (answer && before === undefined) await addKnownHost(stranger.hop.settings, stranger.key);
      // Behind a jump host that is trusted now there may be another stranger.
      if (answer) trusted.add(index);
    }
    strangers = strangers.filter((_, index) => trusted.has(index));
  }
}

function questionAbout({ hop, key }: UnknownHost): string {
  return `${hop.where} is not known yet. It shows the key\n  ${fingerprint(key)}\nIs it that of the host? (yes/no) `;
}

async function strangersAmong(hops: readonly Hop[], client: SshClient): Promise<readonly Hop[]> {
  const found = hops.map(async (hop) => ((await isStranger(hop, client)) ? hop : []));
  return (await Promise.all(found)).flat();
}

async function isStranger(hop: Hop, client: SshClient): Promise<boolean> {
  const { settings, via } = hop;
  if (via !== undefined && (await isStranger(via, client))) return true;
  if (settings.strictHostKeyChecking !== 'ask') return false;
  return (await client.knownHosts(hop)).length === 0;
}

async function unknownOnTheWayTo(hop: Hop, client: SshClient): Promise<UnknownHost | undefined> {
  try {
    const link = await client.logIn(hop);
    link.close();
  } catch (error) {
    if (!(error instanceof UnknownHost)) return undefined;
    return error.hop.settings.strictHostKeyChecking === 'ask' ? error : undefined;
  }
  return undefined;
}
