import { execFile } from 'node:child_process';
import { type Hop, targetOf } from './hop.ts';
import { knownHostsFiles } from './host-key-check.ts';
import type { Keyring } from './keyring.ts';
import { fingerprint, type KnownHost, linesFor, readKnownHosts } from './known-hosts.ts';
import { findLogins } from './login.ts';

/** A thing that is known of a way to a host, and its lines. */
export type Remark = readonly [name: string, lines: readonly string[]];

/** What a login at this host will go by: address, ssh_config, keys in their order, known hosts. */
export async function explainHop(hop: Hop, keyring: Keyring): Promise<readonly Remark[]> {
  const { settings } = hop;
  const { address, port, user, proxyCommand } = settings;
  const held = await keyring.agentKeys(settings.identityAgent);
  const { attempts, unusable } = await findLogins(hop, keyring);
  return [
    ['address', [`${address}, port ${port}, user ${user}`]],
    ...(proxyCommand === undefined ? [] : [['by', [`ProxyCommand ${proxyCommand}`]] as const]),
    ['ssh_config', await configLines(hop)],
    ['agent', [agentLine(settings.identityAgent, held?.length)]],
    ['log in with', attempts.map(({ label }, index) => `${index + 1}. ${label}`)],
    ['of no use', unusable],
    ['known hosts', await knownLines(hop)],
    ['unknown host', [STRICT[settings.strictHostKeyChecking]]],
  ];
}

const STRICT = {
  yes: 'is refused (StrictHostKeyChecking yes)',
  ask: 'is asked about on a terminal, else refused (StrictHostKeyChecking ask)',
  'accept-new': 'is made known (StrictHostKeyChecking accept-new)',
  no: 'is made known, and one with another key let in (StrictHostKeyChecking no)',
} as const;

function agentLine(socket: string | undefined, keys: number | undefined): string {
  if (socket === undefined) return 'none';
  return keys === undefined ? `${socket}: nobody answers` : `${socket}: ${keys} keys of use`;
}

async function knownLines(hop: Hop): Promise<readonly string[]> {
  const files = knownHostsFiles(hop);
  const known = linesFor(await readKnownHosts(files), targetOf(hop.settings));
  return known.length === 0 ? [`no line in ${files.join(', ')}`] : known.map(knownLine);
}

function knownLine({ file, line, key, revoked, authority }: KnownHost): string {
  const marker = authority ? '@cert-authority ' : '';
  return `${file}:${line}: ${revoked ? '@revoked ' : marker}${fingerprint(key)}`;
}

/** `ssh -v` tells the files that it reads, and the lines whose pattern fits. */
async function configLines({ request }: Hop): Promise<readonly string[]> {
  const argv = ['-v', '-T', '-G', ...request.words, '--', request.address];
  const stderr = await new Promise<string | undefined>((resolve) => {
    execFile('ssh', argv, (error, _, text) => resolve(error?.code === 'ENOENT' ? undefined : text));
  });
  if (stderr === undefined) return ['not read: there is no ssh on this machine'];
  const lines = [...stderr.matchAll(/^debug1: (?:Reading configuration data )?(.*)$/gm)]
    .map(([, line = '']) => line.trim())
    .filter((line) => /^\S+$|: Applying options/.test(line));
  return lines.length === 0 ? ['none'] : lines;
}
