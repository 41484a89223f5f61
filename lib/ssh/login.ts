import type { AnyAuthMethod, AuthenticationType } from 'ssh2';
import { Failure } from '#engine/model/failure.ts';
import type { Secret } from '#engine/model/secret.ts';
import { sh } from '#engine/shell/quote.ts';
import type { Hop } from './hop.ts';
import type { Identity } from './identity.ts';
import type { AgentKey, Keyring } from './keyring.ts';
import { typeOfKey } from './known-hosts.ts';

/** One thing to log in with. */
export interface LoginAttempt {
  /** What a person would call it. */
  readonly label: string;
  readonly kind: Extract<AuthenticationType, 'publickey' | 'password' | 'keyboard-interactive'>;
  /** Reveals what is secret. */
  method(): AnyAuthMethod;
}

/** What there is to log in with, in the order to try, and what there is that cannot be used. */
interface Login {
  readonly attempts: readonly LoginAttempt[];
  readonly unusable: readonly string[];
  /** The identities that a passphrase would make usable. */
  readonly locked: readonly Identity[];
  /** What there is to say of the agent. */
  readonly agent: string;
}

/** As `findLogins`, but a Failure where there is nothing to try, or the named key file is no key. */
export async function findLogin(hop: Hop, keyring: Keyring): Promise<Login> {
  const named = hop.keyFile === undefined ? undefined : await keyring.identity(hop.keyFile);
  const login = await findLogins(hop, keyring);
  const wrong = hop.keyFile === undefined ? undefined : keyFileFailure(hop.keyFile, named, hop);
  if (wrong !== undefined) throw wrong;
  if (login.attempts.length === 0) throw nothingToLogInWith(login, hop);
  return login;
}

/** What is wrong with the key file that the inventory names; undefined for one that is a key. */
function keyFileFailure(
  file: string,
  identity: Identity | undefined,
  { where }: Hop,
): Failure | undefined {
  const failure = (what: string, output: string, fix: string) =>
    new Failure(what, { kind: 'unreachable', where, output, fix });
  if (identity === undefined) {
    const fix =
      'Correct its path in the inventory, or leave it out to use your agent and usual keys.';
    return failure('The key file is not there', file, fix);
  }
  const { problem } = identity;
  if (problem === undefined) return undefined;
  if (identity.isOpen) {
    const fix = sh`Make it yours alone; ssh would not use it, either:\n  chmod 600 ${file}`;
    return failure('The key file can be read by others', `${file}: ${problem}`, fix);
  }
  if (problem.startsWith('cannot be read')) {
    const fix = sh`Run as the user that owns it:\n  ls -l ${file}`;
    return failure('The key file cannot be read', `${file}: ${problem}`, fix);
  }
  const fix = sh`See what it is, and let ssh-keygen write it in OpenSSH's own format:\n  ssh-keygen -lf ${file}\n  ssh-keygen -p -f ${file}`;
  return failure('The key file holds no private key that can be used', file, fix);
}

function nothingToLogInWith(login: Login, { settings, where }: Hop): Failure {
  const locked = login.locked[0]?.file;
  return new Failure('There is no key to log in with', {
    kind: 'unreachable',
    where,
    output: [
      `agent: ${login.agent}`,
      `looked for: ${settings.identityFiles.join(', ') || 'no key file'}`,
      ...login.unusable,
    ].join('\n'),
    fix:
      locked === undefined
        ? 'Name a key file in the inventory or in ssh_config, start an agent, or ask for a password (-k):\n  eval "$(ssh-agent)" && ssh-add'
        : sh`Run where rota can ask for the passphrase, or let an agent hold the key:\n  eval "$(ssh-agent)" && ssh-add ${locked}`,
  });
}

/**
 * In the order of OpenSSH: the key file of the inventory, the identity files whose keys the agent
 * holds, the other keys of the agent, the other identity files; then what the password is for.
 */
export async function findLogins(hop: Hop, keyring: Keyring): Promise<Login> {
  const { settings } = hop;
  const files = [...new Set([hop.keyFile ?? [], settings.identityFiles].flat())];
  const found = await Promise.all(files.map(async (file) => await keyring.identity(file)));
  const identities = found.filter((identity) => identity !== undefined);
  const { keys: held, problem } = await keyring.agent(settings.identityAgent);
  const holds = (identity: Identity) => held.find((key) => isOf(key, identity));
  const [inAgent, onDisk] = [identities.filter(holds), identities.filter((one) => !holds(one))];
  const others = settings.identitiesOnly
    ? []
    : held.filter((key) => !identities.some((identity) => isOf(key, identity)));
  const keys = [
    ...inAgent.map((identity) => byAgent(holds(identity) as AgentKey, settings.user, identity)),
    ...others.map((key) => byAgent(key, settings.user)),
    ...onDisk.flatMap((identity) => byFile(identity, settings.user)),
  ];
  const first = keys.filter(
    ({ label }) => hop.keyFile !== undefined && label.includes(hop.keyFile),
  );
  const ordered = [...first, ...keys.filter((key) => !first.includes(key))];
  const attempts = [...ordered, ...(hop.password ? byPassword(hop.password, settings.user) : [])];
  return {
    attempts: attempts.filter(({ kind }) => isAllowed(kind, hop)),
    unusable: onDisk.flatMap(whyUnusable),
    locked: onDisk.filter(({ locked }) => locked),
    agent: problem ?? `${settings.identityAgent}: ${held.length || 'no'} keys of use`,
  };
}

function isOf(key: AgentKey, { publicKey }: Identity): boolean {
  return publicKey?.equals(key.publicKey) ?? false;
}

function byAgent(key: AgentKey, username: string, identity?: Identity): LoginAttempt {
  const name = identity === undefined ? key.comment || typeOfKey(key.publicKey) : identity.file;
  const label = `${name} (of the agent)`;
  const method = { type: 'agent', username, agent: key.agent } as const;
  return { label, kind: 'publickey', method: () => method };
}

function byFile({ file, key }: Identity, username: string): readonly LoginAttempt[] {
  if (key === undefined) return [];
  const method = { type: 'publickey', username, key } as const;
  return [{ label: file, kind: 'publickey', method: () => method }];
}

function byPassword(password: Secret, username: string): readonly LoginAttempt[] {
  return [
    {
      label: 'the password, when the host asks',
      kind: 'keyboard-interactive',
      method: () => ({
        type: 'keyboard-interactive',
        username,
        prompt: answerOnce(password),
      }),
    },
    {
      label: 'the password',
      kind: 'password',
      method: () => ({ type: 'password', username, password: password.reveal() }),
    },
  ];
}

/** A host may ask for a code as well, or for a new password: neither is given this one. */
function answerOnce(password: Secret): KeyboardInteractive['prompt'] {
  let isGiven = false;
  return (_name, _instructions, _lang, prompts, finish) => {
    const answers = prompts.map(({ prompt, echo }) => {
      const isAsked = !echo && !isGiven && /passw/i.test(prompt) && !/\bnew\b|retype/i.test(prompt);
      isGiven ||= isAsked;
      return isAsked ? password.reveal() : '';
    });
    finish(answers);
  };
}

type KeyboardInteractive = Extract<AnyAuthMethod, { readonly type: 'keyboard-interactive' }>;

function whyUnusable({ file, key, locked, publicKey, problem }: Identity): readonly string[] {
  if (key !== undefined) return [];
  if (locked) return [`${file}: encrypted, and its passphrase is not known`];
  if (problem !== undefined) return [`${file}: ${problem}`];
  const type = typeOfKey(publicKey);
  if (type?.startsWith('sk-')) return [`${file}: a key on a security key, for --transport openssh`];
  return [`${file}: only its public key is there, and no agent holds the private one`];
}

const ANSWERS: Readonly<Record<LoginAttempt['kind'], string>> = {
  publickey: 'pubkeyauthentication',
  password: 'passwordauthentication',
  'keyboard-interactive': 'kbdinteractiveauthentication',
};

function isAllowed(kind: LoginAttempt['kind'], { settings: { words } }: Hop): boolean {
  const allowed = words.get(ANSWERS[kind])?.[0] ?? 'yes';
  const preferred = words.get('preferredauthentications')?.[0]?.split(',');
  return !/^(?:no|false)$/.test(allowed) && (preferred?.includes(kind) ?? true);
}
