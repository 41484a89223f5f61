import type { Hop } from './hop.ts';
import { UnknownHost } from './host-key.ts';
import { addKnownHost, fingerprint } from './known-hosts.ts';
import { Slots } from './slots.ts';
import type { SshClient } from './ssh-client.ts';

const AT_ONCE = 32;

/**
 * Asks about the keys of hosts that nothing is known of, where StrictHostKeyChecking is `ask`, and
 * makes them known. What else is wrong with a host is for its connection to tell.
 */
export async function trustHosts(
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
