import { existsSync } from 'node:fs';
import { homedir, hostname, userInfo } from 'node:os';
import { join } from 'node:path';

/** What ssh would do for a host, after ssh_config and its command line; ssh_config(5) has the words. */
export interface SshSettings {
  /** As it was asked for: what `Host` and `Match` of ssh_config go by. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly identityFiles: readonly string[];
  readonly certificateFiles: readonly string[];
  readonly identitiesOnly: boolean;
  /** The socket of the agent, whether or not anybody answers there. */
  readonly identityAgent: string | undefined;
  /** `[user@]host[:port]`, or several with commas between: the last one is next to the host. */
  readonly proxyJump: string | undefined;
  /** For sh, with its tokens expanded. */
  readonly proxyCommand: string | undefined;
  readonly connectTimeoutMs: number | undefined;
  readonly connectionAttempts: number;
  readonly serverAliveIntervalMs: number;
  readonly serverAliveCountMax: number;
  readonly userKnownHostsFiles: readonly string[];
  readonly globalKnownHostsFiles: readonly string[];
  readonly strictHostKeyChecking: 'yes' | 'accept-new' | 'ask' | 'no';
  readonly hashKnownHosts: boolean;
  readonly hostKeyAlias: string | undefined;
  /** False where there is no ssh to ask: ssh_config counts for nothing then. */
  readonly isFromSsh: boolean;
  /** Every word as `ssh -G` gave it, by its name in lower case. */
  readonly words: ReadonlyMap<string, readonly string[]>;
}

/** Reads what `ssh -G` prints; nothing at all gives what ssh does without any ssh_config. */
export function parseSshSettings(text: string, name: string): SshSettings {
  const words = wordsOf(text);
  const one = (word: string) => notNone(words.get(word)?.[0]);
  const address = one('hostname') ?? name;
  const port = Number(one('port') ?? 22);
  const user = one('user') ?? localUser().name;
  const hostKeyAlias = one('hostkeyalias');
  const k = hostKeyAlias ?? name;
  const tokens: ByLetter = { ...localTokens(), h: address, k, n: name, p: String(port), r: user };
  const paths = (word: string) =>
    (words.get(word) ?? []).filter(notNone).map((path) => expandSshPath(path, tokens));
  const files = (word: string, otherwise: string) =>
    words.has(word)
      ? splitPaths(one(word) ?? '').map(inHome)
      : [inHome(otherwise), inHome(`${otherwise}2`)];
  const proxyCommand = one('proxycommand');
  return {
    name,
    address,
    port,
    user,
    identityFiles: words.has('identityfile') ? paths('identityfile') : usualFiles(),
    certificateFiles: paths('certificatefile'),
    identitiesOnly: one('identitiesonly') === 'yes',
    identityAgent: agentOf(words.get('identityagent')?.[0] ?? 'SSH_AUTH_SOCK', tokens),
    proxyJump: one('proxyjump'),
    proxyCommand: proxyCommand === undefined ? undefined : expandTokens(proxyCommand, tokens),
    connectTimeoutMs: seconds(one('connecttimeout')),
    connectionAttempts: Number(one('connectionattempts') ?? 1),
    serverAliveIntervalMs: seconds(one('serveraliveinterval')) ?? 0,
    serverAliveCountMax: Number(one('serveralivecountmax') ?? 3),
    userKnownHostsFiles: files('userknownhostsfile', '~/.ssh/known_hosts'),
    globalKnownHostsFiles: files('globalknownhostsfile', '/etc/ssh/ssh_known_hosts'),
    strictHostKeyChecking: STRICT[one('stricthostkeychecking') ?? 'ask'] ?? 'ask',
    hashKnownHosts: one('hashknownhosts') === 'yes',
    hostKeyAlias,
    isFromSsh: words.has('hostname'),
    words,
  };
}

const STRICT: Readonly<Record<string, SshSettings['strictHostKeyChecking']>> = {
  true: 'yes',
  yes: 'yes',
  false: 'no',
  no: 'no',
  off: 'no',
  ask: 'ask',
  'accept-new': 'accept-new',
};

function wordsOf(text: string): ReadonlyMap<string, readonly string[]> {
  const words = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [, name, value] = /^(\S+) (.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) continue;
    words.set(name.toLowerCase(), [...(words.get(name.toLowerCase()) ?? []), value]);
  }
  return words;
}

function notNone(value: string | undefined): string | undefined {
  return value === undefined || value === '' || value === 'none' ? undefined : value;
}

function usualFiles(): readonly string[] {
  const names = ['id_rsa', 'id_ecdsa', 'id_ecdsa_sk', 'id_ed25519', 'id_ed25519_sk'];
  return names.map((name) => inHome(`~/.ssh/${name}`));
}

/** With `~` for the home of the user who runs ssh. */
export function inHome(path: string): string {
  return expandSshPath(path, {});
}

function agentOf(value: string, tokens: ByLetter): string | undefined {
  if (value === 'none') return undefined;
  if (!/^(?:SSH_AUTH_SOCK|\$\w+)$/.test(value)) return expandSshPath(value, tokens);
  return process.env[value.replace('$', '')] || undefined;
}

function seconds(value: string | undefined): number | undefined {
  const number = Number(value ?? 0);
  return number > 0 ? number * 1000 : undefined;
}

/** `ssh -G` writes a list without quotes: a blank is taken for a part of a path that is there. */
function splitPaths(list: string): readonly string[] {
  const words = list.split(' ').filter((word) => word !== '');
  const paths: string[] = [];
  for (let start = 0; start < words.length; ) {
    const ends = words.map((_, index) => index + 1).filter((end) => end > start + 1);
    const whole = ends.findLast((end) => existsSync(words.slice(start, end).join(' ')));
    const end = whole ?? start + 1;
    paths.push(words.slice(start, end).join(' '));
    start = end;
  }
  return paths;
}

/** What the tokens of ssh_config(5) stand for, by their letter. */
type ByLetter = Readonly<Record<string, string>>;

/** The user who runs ssh, as it sees them: its `~` is of the user database, not of $HOME. */
export function localUser(): { readonly name: string; readonly home: string; readonly id: number } {
  try {
    const { username, homedir: home, uid } = userInfo();
    return { name: username, home, id: uid };
  } catch {
    // A container may run under a user id that has no name; its login would be root's.
    return { name: 'root', home: homedir(), id: process.getuid?.() ?? 0 };
  }
}

/** The tokens of ssh_config(5) that do not depend on the host. */
function localTokens(): ByLetter {
  const { name, home, id } = localUser();
  const machine = hostname();
  return {
    '%': '%',
    d: home,
    i: String(id),
    l: machine,
    L: machine.split('.')[0] ?? '',
    u: name,
  };
}

/** A token that is not known stays as it is. */
function expandTokens(text: string, tokens: ByLetter): string {
  return text.replace(/%(.)/g, (token, letter: string) => tokens[letter] ?? token);
}

/** A path of ssh_config: with `~`, `${NAME}` of the environment, and tokens. */
function expandSshPath(path: string, tokens: ByLetter): string {
  const named = path.replace(/\$\{(\w+)\}/g, (text, name: string) => process.env[name] ?? text);
  const whole = expandTokens(named, tokens);
  return whole === '~' || whole.startsWith('~/') ? join(localUser().home, whole.slice(1)) : whole;
}
