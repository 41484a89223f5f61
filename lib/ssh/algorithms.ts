import type { Algorithms } from 'ssh2';
import type { SshSettings } from './ssh-settings.ts';

/** What ssh2 1.17 can do, in its own order, that of speed. */
const ABLE = {
  kex: [
    'curve25519-sha256@libssh.org',
    'curve25519-sha256',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group-exchange-sha256',
    'diffie-hellman-group14-sha256',
    'diffie-hellman-group15-sha512',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group17-sha512',
    'diffie-hellman-group18-sha512',
    'diffie-hellman-group-exchange-sha1',
    'diffie-hellman-group14-sha1',
    'diffie-hellman-group1-sha1',
  ],
  cipher: [
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
    'aes128-ctr',
    'aes192-ctr',
    'aes256-ctr',
    'chacha20-poly1305@openssh.com',
    'aes256-cbc',
    'aes192-cbc',
    'aes128-cbc',
    '3des-cbc',
  ],
  hmac: [
    'hmac-sha2-256-etm@openssh.com',
    'hmac-sha2-512-etm@openssh.com',
    'hmac-sha1-etm@openssh.com',
    'hmac-sha2-256',
    'hmac-sha2-512',
    'hmac-sha1',
    'hmac-md5',
  ],
  serverHostKey: [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'rsa-sha2-512',
    'rsa-sha2-256',
    'ssh-rsa',
    'ssh-dss',
  ],
} as const;

const OPTIONS = {
  kex: 'KexAlgorithms',
  cipher: 'Ciphers',
  hmac: 'MACs',
  serverHostKey: 'HostKeyAlgorithms',
} as const;

type Kind = keyof typeof ABLE;

/** What ssh_config allows of what ssh2 can do; undefined where ssh_config says nothing. */
function allowedAlgorithms(settings: SshSettings, kind: Kind): readonly string[] | undefined {
  const allowed = settings.words.get(OPTIONS[kind].toLowerCase())?.[0]?.split(',');
  return allowed && ABLE[kind].filter((name) => allowed.includes(name));
}

/** The option of ssh_config that leaves nothing that ssh2 can do. */
export function impossibleAlgorithms(settings: SshSettings): string | undefined {
  const kinds = Object.keys(ABLE) as Kind[];
  const none = kinds.find((kind) => allowedAlgorithms(settings, kind)?.length === 0);
  return none && OPTIONS[none];
}

/** For ssh2; host key algorithms are given as they are, in the order of preference. */
export function algorithmsFor(settings: SshSettings, hostKeys: readonly string[]): Algorithms {
  const allowed = allowedAlgorithms(settings, 'serverHostKey');
  const kinds = ['kex', 'cipher', 'hmac'] as const;
  const names = kinds.map((kind) => [kind, allowedAlgorithms(settings, kind)] as const);
  return {
    ...Object.fromEntries(names.filter(([, list]) => list !== undefined)),
    serverHostKey: hostKeys.filter((name) => allowed?.includes(name) ?? name !== 'ssh-rsa'),
  } as Algorithms;
}
