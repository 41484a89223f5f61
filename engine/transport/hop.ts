import type { Host } from '#engine/model/host.ts';
import type { Secret } from '#engine/model/secret.ts';
import { sh } from '#engine/shell/quote.ts';
import { knownHostsName, type Target } from './known-hosts.ts';
import { type ReadSettings, requestFor } from './read-settings.ts';
import type { SshSettings } from './ssh-settings.ts';
import { sshWords } from './ssh-words.ts';

/** A host to log in at, on the way to where commands run. */
export interface Hop {
  readonly settings: SshSettings;
  /** `node2 (192.0.2.12)`, with the port if it is not 22. */
  readonly where: string;
  readonly timeoutMs: number;
  /** The same way, for a person to try. */
  readonly byHand: string;
  readonly keyFile?: string | undefined;
  readonly password?: Secret | undefined;
}

const CONNECT_TIMEOUT_MS = 10_000;

export async function hopTo({ name, connection }: Host, read: ReadSettings): Promise<Hop> {
  const settings = await read(requestFor(connection));
  const { keyFile, password } = connection;
  return {
    settings,
    where: `${name} (${knownHostsName(settings)})`,
    timeoutMs: connection.connectTimeoutMs ?? settings.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    byHand: sh`ssh -v ${sshWords(connection)} ${connection.address}`,
    keyFile,
    password,
  };
}

/** What a known_hosts file calls the host; an alias goes without a port. */
export function targetOf({ hostKeyAlias, address, port }: SshSettings): Target {
  return hostKeyAlias === undefined ? { address, port } : { address: hostKeyAlias, port: 22 };
}
