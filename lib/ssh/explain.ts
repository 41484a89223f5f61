import { execFile } from 'node:child_process';
import { Failure, orFailure } from '#engine/model/failure.ts';
import type { Host } from '#engine/model/host.ts';
import { type Hop, hopsTo, hopTo } from './hop.ts';
import { fingerprint, type KnownHostKey, knownHostsFiles } from './known-hosts.ts';
import { findLogins } from './login.ts';
import { needsOpenSsh, whyNotOurs } from './needs-openssh.ts';
import { openOpenSsh } from './open-openssh.ts';
import type { SshClient } from './ssh-client.ts';
import { CONFIG_TIMEOUT_MS } from './ssh-config.ts';

/** What is told of a connection: each hop's remarks, and how the login there went. */
export interface ExplainedHop {
  readonly where: string;
  readonly remarks: readonly Remark[];
  /** Undefined where it was not tried by itself. */
  readonly outcome: readonly string[] | Failure | undefined;
}

/** A thing that is known of a way to a host, and its lines. */
type Remark = readonly [name: string, lines: readonly string[]];

export interface ExplainedConnection {
  readonly transport: string;
  readonly hops: readonly ExplainedHop[];
  /** How OpenSSH's client came there, which goes all the way by itself. */
  readonly whole: readonly string[] | Failure | undefined;
}

/** As `Connections.explain`. */
export async function explain(host: Host, client: SshClient): Promise<ExplainedConnection> {
  const last = await hopTo(host, client.config);
  let reason =
    host.connection.transport === 'openssh'
      ? '--transport openssh'
      : await needsOpenSsh(last, client);
  const hops: ExplainedHop[] = [];
  for (const hop of hopsTo(last)) {
    const remarks = await remarksOn(hop, client);
    const stop = reason !== undefined || hops.some(({ outcome }) => outcome instanceof Failure);
    const outcome = stop ? undefined : await tryHop(hop, client);
    reason ??= whyNotOurs(outcome);
    hops.push({ where: hop.where, remarks, outcome: reason === undefined ? outcome : undefined });
  }
  if (reason === undefined) return { transport: "rota's own SSH client", hops, whole: undefined };
  const whole = await orFailure(host.name, async () => {
    await using session = await openOpenSsh(host, client.config);
    return [`at ${session.host.name}`];
  });
  return { transport: `OpenSSH's client: ${reason}`, hops, whole };
}

async function tryHop(hop: Hop, client: SshClient) {
  return await orFailure(hop.where, async () => {
    const link = await client.logIn(hop);
    link.close();
    const { tried: keys, agreed = [] } = link.progress;
    return [`with ${keys.at(-1) ?? 'nothing'}`, agreed.join(', ')];
  });
}

/** What a login at this host will go by: address, ssh_config, keys in their order, known hosts. */
async function remarksOn(hop: Hop, client: SshClient): Promise<readonly Remark[]> {
  const { settings } = hop;
  const { address, port, user, proxyCommand } = settings;
  const { attempts, unusable, agent } = await findLogins(hop, client.keyring);
  return [
    ['address', [`${address}, port ${port}, user ${user}`]],
    ...(proxyCommand === undefined ? [] : [['by', [`ProxyCommand ${proxyCommand}`]] as const]),
    ['ssh_config', await configLines(hop)],
    ['agent', [agent]],
    ['log in with', attempts.map(({ label }, index) => `${index + 1}. ${label}`)],
    ['of no use', unusable],
    ['known hosts', await knownLines(hop, client)],
    ['unknown host', [STRICT[settings.strictHostKeyChecking]]],
  ];
}

const STRICT = {
  yes: 'is refused (StrictHostKeyChecking yes)',
  ask: 'is asked about on a terminal, else refused (StrictHostKeyChecking ask)',
  'accept-new': 'is made known (StrictHostKeyChecking accept-new)',
  no: 'is made known, and one with another key let in (StrictHostKeyChecking no)',
} as const;

async function knownLines(hop: Hop, client: SshClient): Promise<readonly string[]> {
  const known = await client.knownHosts(hop);
  if (known.length > 0) return known.map(knownLine);
  return [`no line in ${knownHostsFiles(hop.settings).join(', ')}`];
}

function knownLine({ file, line, key, revoked, authority }: KnownHostKey): string {
  const marker = authority ? '@cert-authority ' : '';
  return `${file}:${line}: ${revoked ? '@revoked ' : marker}${fingerprint(key)}`;
}

/** `ssh -v` tells the files that it reads, and the lines whose pattern fits. */
async function configLines({ request }: Hop): Promise<readonly string[]> {
  const argv = ['-v', '-T', '-G', ...request.words, '--', request.address];
  const stderr = await new Promise<string | undefined>((resolve) => {
    execFile('ssh', argv, { timeout: CONFIG_TIMEOUT_MS }, (error, _, text) =>
      resolve(error?.code === 'ENOENT' ? undefined : text),
    );
  });
  if (stderr === undefined) return ['not read: there is no ssh on this machine'];
  const lines = [...stderr.matchAll(/^debug1: (?:Reading configuration data )?(.*)$/gm)]
    .map(([, line = '']) => line.trim())
    .filter((line) => /^\S+$|: Applying options/.test(line));
  return lines.length === 0 ? ['none'] : lines;
}
