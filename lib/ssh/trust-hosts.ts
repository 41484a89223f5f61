import type { Host } from '#engine/model/host.ts';
import { addKnownHost } from './add-known-host.ts';
import { type Hop, hopTo, targetOf } from './hop.ts';
import { knownHostsFiles } from './host-key-check.ts';
import { fingerprint, linesFor, readKnownHosts } from './known-hosts.ts';
import { logIn } from './link.ts';
import { Slots } from './slots.ts';
import type { Means } from './ssh.ts';
import { UnknownHost } from './unknown-host.ts';

/** Asks a person to say yes. */
export type AskYes = (question: string) => Promise<boolean>;

const AT_ONCE = 32;

/**
 * Asks about the keys of hosts that nothing is known of, where StrictHostKeyChecking is `ask`, and
 * makes them known. What else is wrong with a host is for its connection to tell.
 */
export async function trustHosts(hosts: readonly Host[], means: Means, ask: AskYes): Promise<void> {
  const answers = new Map<string, boolean>();
  const slots = new Slots(AT_ONCE);
  let strangers = await strangersAmong(hosts, means);
  while (strangers.length > 0) {
    const looks = strangers.map((hop) =>
      slots.use(async () => await unknownOnTheWayTo(hop, means)),
    );
    const unknown = await Promise.all(looks);
    const trusted = new Set<number>();
    for (const [index, stranger] of unknown.entries()) {
      if (stranger === undefined) continue;
      const question = questionAbout(stranger);
      const before = answers.get(question);
      const answer = before ?? (await ask(question));
      answers.set(question, answer);
      if (answer && before === undefined) await addKnownHost(stranger.hop, stranger.key);
      // Behind a jump host that is trusted now there may be another stranger.
      if (answer) trusted.add(index);
    }
    strangers = strangers.filter((_, index) => trusted.has(index));
  }
}

function questionAbout({ hop, key }: UnknownHost): string {
  return `${hop.where} is not known yet. It shows the key\n  ${fingerprint(key)}\nIs it that of the host? (yes/no) `;
}

async function strangersAmong(hosts: readonly Host[], means: Means): Promise<readonly Hop[]> {
  const hops = await Promise.all(
    hosts.map(async (host) => await hopTo(host, means.readSettings).catch(() => undefined)),
  );
  const found = hops.map(async (hop) => (hop !== undefined && (await isStranger(hop)) ? hop : []));
  return (await Promise.all(found)).flat();
}

async function isStranger(hop: Hop): Promise<boolean> {
  const { settings, via } = hop;
  if (via !== undefined && (await isStranger(via))) return true;
  if (settings.strictHostKeyChecking !== 'ask') return false;
  const known = await readKnownHosts(knownHostsFiles(hop));
  return linesFor(known, targetOf(settings)).length === 0;
}

async function unknownOnTheWayTo(hop: Hop, means: Means): Promise<UnknownHost | undefined> {
  const { keyring, carrier } = means;
  try {
    const link = await logIn(hop, { keyring, carry: async () => await carrier.carry(hop) });
    link.close();
  } catch (error) {
    if (!(error instanceof UnknownHost)) return undefined;
    return error.hop.settings.strictHostKeyChecking === 'ask' ? error : undefined;
  }
  return undefined;
}
