import { createRequire } from 'node:module';
import type { Algorithms } from 'ssh2';
import type { SshSettings } from './ssh-settings.ts';

const require = createRequire(import.meta.url);
/** What ssh2 can do, in its own order, that of speed. Its types leave these lists out. */
const ABLE = require('ssh2/lib/protocol/constants.js') as Readonly<
  Record<
    'SUPPORTED_KEX' | 'SUPPORTED_CIPHER' | 'SUPPORTED_MAC' | 'SUPPORTED_SERVER_HOST_KEY',
    readonly string[]
  >
>;

/** By ssh2's names: the option of ssh_config, and what ssh2 can do. */
const KINDS = {
  kex: { option: 'KexAlgorithms', able: ABLE.SUPPORTED_KEX },
  cipher: { option: 'Ciphers', able: ABLE.SUPPORTED_CIPHER },
  hmac: { option: 'MACs', able: ABLE.SUPPORTED_MAC },
  serverHostKey: { option: 'HostKeyAlgorithms', able: ABLE.SUPPORTED_SERVER_HOST_KEY },
} as const;

type AlgorithmKind = keyof typeof KINDS;

/** What ssh_config allows of what ssh2 can do; undefined where ssh_config says nothing. */
function allowedAlgorithms(
  settings: SshSettings,
  kind: AlgorithmKind,
): readonly string[] | undefined {
  const { option, able } = KINDS[kind];
  const allowed = settings.words.get(option.toLowerCase())?.[0]?.split(',');
  return allowed && able.filter((name) => allowed.includes(name));
}

/** The option of ssh_config that leaves nothing that ssh2 can do. */
export function impossibleAlgorithms(settings: SshSettings): string | undefined {
  const kinds = Object.keys(KINDS) as AlgorithmKind[];
  const none = kinds.find((kind) => allowedAlgorithms(settings, kind)?.length === 0);
  return none && KINDS[none].option;
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
