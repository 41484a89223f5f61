import { impossibleAlgorithms } from './algorithms.ts';
import { ConnectFailure } from './connect-failure.ts';
import type { Hop } from './hop.ts';
import type { Keyring } from './keyring.ts';
import { authorityFor, targetOf, typeOfKey } from './known-hosts.ts';
import { findLogins } from './login.ts';
import type { SshClient } from './ssh-client.ts';

/**
 * Why only OpenSSH's own client can log in at a host, or at a jump host on the way; undefined where
 * rota's can.
 */
export async function needsOpenSsh(hop: Hop, client: SshClient): Promise<string | undefined> {
  const own =
    (await needsByKeeping(hop)) ??
    needsBySettings(hop) ??
    (await needsByKeys(hop, client.keyring)) ??
    (await needsByAuthority(hop, client));
  return own ?? (hop.via && (await needsOpenSsh(hop.via, client)));
}

/** Why OpenSSH's client is to try where rota's was tried; undefined where that would not help. */
export function whyNotOurs(outcome: unknown): string | undefined {
  if (!(outcome instanceof ConnectFailure && outcome.disagreed)) return undefined;
  return `${outcome.output}, with rota's own client`;
}

/** Options that rota's client has no answer for, unless they have this value. */
const WITHOUT = {
  KnownHostsCommand: 'none',
  RevokedHostKeys: 'none',
  PKCS11Provider: 'none',
  BindInterface: 'none',
  ProxyUseFdpass: 'no',
  VerifyHostKeyDNS: 'false',
} as const;

async function needsByKeeping({ settings }: Hop): Promise<string | undefined> {
  if (!settings.words.has('controlpath')) return undefined;
  const { whyKept } = await import('./kept-connection.ts');
  return whyKept(settings);
}

function needsBySettings({ settings }: Hop): string | undefined {
  const { words } = settings;
  const option = Object.entries(WITHOUT).find(
    ([name, none]) => (words.get(name.toLowerCase())?.[0] ?? none) !== none,
  );
  if (option !== undefined) return `ssh_config sets ${option[0]}`;
  const impossible = impossibleAlgorithms(settings);
  if (impossible !== undefined) return `rota's own client has none of the ${impossible}`;
  const preferred = words.get('preferredauthentications')?.[0]?.split(',');
  const able = ['publickey', 'password', 'keyboard-interactive'];
  if (preferred?.some((method) => able.includes(method)) ?? true) return undefined;
  return `ssh_config has PreferredAuthentications ${preferred?.join(',')}`;
}

/** A certificate of the user, or a security key where there is no other key. */
async function needsByKeys(hop: Hop, keyring: Keyring): Promise<string | undefined> {
  const { identityFiles, certificateFiles } = hop.settings;
  const beside = identityFiles.map((file) => `${file}-cert.pub`);
  const certificate = [...certificateFiles, ...beside].find((file) => keyring.has(file));
  if (certificate !== undefined) return `there is a certificate to log in with: ${certificate}`;
  const { attempts } = await findLogins(hop, keyring);
  if (attempts.length > 0) return undefined;
  const identities = await Promise.all(identityFiles.map((file) => keyring.identity(file)));
  const key = identities.find((identity) => typeOfKey(identity?.publicKey)?.startsWith('sk-'));
  return key && `the key is on a security key: ${key.file}`;
}

async function needsByAuthority(hop: Hop, client: SshClient): Promise<string | undefined> {
  const line = authorityFor(await client.knownHosts(hop), targetOf(hop.settings));
  return line && `the host has a @cert-authority in ${line.file}:${line.line}`;
}
