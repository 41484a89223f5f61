import { Failure } from '#engine/model/failure.ts';
import type { Host } from '#engine/model/host.ts';
import type { Secret } from '#engine/model/secret.ts';
import { sh } from '#engine/shell/quote.ts';
import { knownHostsName, type Target } from './known-hosts.ts';
import { configWords, parseJumps } from './proxy-jump.ts';
import { type ReadSettings, requestFor, type SettingsRequest } from './read-settings.ts';
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

const CONNECT_TIMEOUT_MS = 10_000;
/** `ProxyJump` of one jump host may name the next, without an end. */
const MOST_JUMPS = 8;

/** Jump hosts are as ssh_config has them, each for itself: options for the host are not for them. */
export async function hopTo({ name, connection }: Host, read: ReadSettings): Promise<Hop> {
  const request = requestFor(connection);
  const settings = await read(request);
  const { keyFile, password, connectTimeoutMs } = connection;
  return {
    request,
    settings,
    where: `${name} (${knownHostsName(settings)})`,
    timeoutMs: connectTimeoutMs ?? timeoutOf(settings),
    byHand: byHand(request),
    keyFile,
    password,
    via: await jumpTo({ request, settings }, read),
  };
}

/** What a known_hosts file calls the host; an alias goes without a port. */
export function targetOf({ hostKeyAlias, address, port }: SshSettings): Target {
  return hostKeyAlias === undefined ? { address, port } : { address: hostKeyAlias, port: 22 };
}

interface Destination {
  readonly request: SettingsRequest;
  readonly settings: SshSettings;
}

async function jumpTo(
  { request, settings }: Destination,
  read: ReadSettings,
  left = MOST_JUMPS,
): Promise<Hop | undefined> {
  if (settings.proxyJump === undefined) return undefined;
  if (left === 0) throw roundAndRound(request, settings.proxyJump);
  const { address, words } = parseJumps(settings.proxyJump);
  const jump = { address, words: [...words, ...configWords(request.words)] };
  const at = await read(jump);
  return {
    request: jump,
    settings: at,
    where: `the jump host ${address} (${knownHostsName(at)})`,
    timeoutMs: timeoutOf(at),
    byHand: byHand(jump),
    via: await jumpTo({ request: jump, settings: at }, read, left - 1),
  };
}

function timeoutOf({ connectTimeoutMs }: SshSettings): number {
  return connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
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
