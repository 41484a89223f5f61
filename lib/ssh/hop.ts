import { Failure } from '#engine/model/failure.ts';
import type { Host } from '#engine/model/host.ts';
import { LOGIN_MS } from '#engine/model/limits.ts';
import type { Secret } from '#engine/model/secret.ts';
import { sh } from '#engine/shell/quote.ts';
import { knownHostsName } from './known-hosts.ts';
import { requestFor, type SettingsRequest } from './settings-request.ts';
import type { SshConfig } from './ssh-config.ts';
import type { SshSettings } from './ssh-settings.ts';

/** A host to log in at, on the way to where commands run. */
export interface Hop {
  readonly request: SettingsRequest;
  readonly settings: SshSettings;
  /** `node2 (192.0.2.12)`, with the port if it is not 22. */
  readonly where: string;
  readonly timeoutMs: number;
  /** The same login, for a person to try. */
  readonly byHand: string;
  readonly keyFile?: string | undefined;
  readonly password?: Secret | undefined;
  /** The jump host that it is reached from. */
  readonly via?: Hop | undefined;
}

/** `ProxyJump` of one jump host may name the next, without an end. */
const MOST_JUMPS = 8;

/** Jump hosts are as ssh_config has them, each for itself: options for the host are not for them. */
export async function hopTo({ name, connection }: Host, config: SshConfig): Promise<Hop> {
  const { keyFile, password, connectTimeoutMs } = connection;
  const hop = await hopAt({ name, request: requestFor(connection), jumpsLeft: MOST_JUMPS }, config);
  return { ...hop, keyFile, password, timeoutMs: connectTimeoutMs ?? hop.timeoutMs };
}

/** All that are logged in at on the way, in this order; the hop itself is the last. */
export function hopsTo(hop: Hop): readonly Hop[] {
  return hop.via === undefined ? [hop] : [...hopsTo(hop.via), hop];
}

interface Destination {
  readonly name: string;
  readonly request: SettingsRequest;
  readonly jumpsLeft: number;
}

async function hopAt(to: Destination, config: SshConfig): Promise<Hop> {
  const settings = await config.settings(to.request);
  return {
    request: to.request,
    settings,
    where: `${to.name} (${knownHostsName(settings)})`,
    timeoutMs: settings.connectTimeoutMs ?? LOGIN_MS,
    byHand: byHand(to.request),
    via:
      settings.proxyJump === undefined ? undefined : await jumpBy(settings.proxyJump, to, config),
  };
}

async function jumpBy(proxyJump: string, to: Destination, config: SshConfig): Promise<Hop> {
  if (to.jumpsLeft === 0) throw roundAndRound(to.request, proxyJump);
  const { address, words } = parseJumps(proxyJump);
  const request = { address, words: [...words, ...configWords(to.request.words)] };
  const name = `the jump host ${address}`;
  return await hopAt({ name, request, jumpsLeft: to.jumpsLeft - 1 }, config);
}

function byHand({ words, address }: SettingsRequest): string {
  return words.length === 0 ? sh`ssh -v ${address}` : sh`ssh -v ${words} ${address}`;
}

function roundAndRound({ address }: SettingsRequest, proxyJump: string): Failure {
  return new Failure('Jump hosts lead to jump hosts without an end', {
    kind: 'unreachable',
    where: address,
    output: `ProxyJump ${proxyJump}`,
    fix: 'Set ProxyJump none for the first jump host in ssh_config.',
  });
}

/**
 * The last of `[user@]host[:port],…`, with the others as what leads to it: `-J`. That is how ssh
 * itself goes about it: each jump host is the destination of an ssh of its own.
 */
function parseJumps(proxyJump: string): SettingsRequest {
  const comma = proxyJump.lastIndexOf(',');
  const [, user, bracketed, bare = '', port] =
    /^(?:ssh:\/\/)?(?:(.*)@)?(?:\[(.*)\]|(.*?))(?::([0-9]+))?\/?$/.exec(
      proxyJump.slice(comma + 1),
    ) ?? [];
  return {
    address: bracketed ?? bare,
    words: [
      ...(user === undefined ? [] : ['-l', user]),
      ...(port === undefined ? [] : ['-p', port]),
      ...(comma === -1 ? [] : ['-J', proxyJump.slice(0, comma)]),
    ],
  };
}

/** The one option that an ssh hands down to those for its jump hosts. */
function configWords(words: readonly string[]): readonly string[] {
  const index = words.findIndex((word) => /^-[46AaCKkqTvx]*F/.test(word));
  const word = words[index];
  if (word === undefined) return [];
  const file = word.slice(word.indexOf('F') + 1) || words[index + 1];
  return file === undefined ? [] : ['-F', file];
}
