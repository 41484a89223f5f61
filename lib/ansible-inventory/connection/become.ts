import type { Become } from '#engine/model/host.ts';
import type { Secret } from '#engine/model/secret.ts';
import { hasUnseen } from '../read/characters.ts';
import { splitWords } from '../read/split-words.ts';
import type { ConnectionVariables } from './connection-variables.ts';

const METHODS = ['sudo', 'doas', 'su'] as const;

/** As Ansible takes its own flags: what holds where variables say nothing else. */
export interface BecomeDefaults {
  readonly become?: boolean | undefined;
  readonly method?: Become['method'] | undefined;
  readonly user?: string | undefined;
  readonly password?: Secret | undefined;
}

/**
 * How commands come to run as another user. Each method of Ansible reads names of its own, too
 * (`ansible_sudo_pass`), and to it those win.
 */
export function becomeOf(
  variables: ConnectionVariables,
  defaults: BecomeDefaults = {},
): Become | undefined {
  if (!(variables.boolean('ansible_become') ?? defaults.become ?? false)) return undefined;
  const method = methodOf(variables, defaults.method);
  const names = (word: string) => [`ansible_become_${word}`, `ansible_${method}_${word}`] as const;
  const executable = wordsOf(variables, names('exe'));
  const flags = wordsOf(variables, names('flags'));
  const password =
    variables.secret('ansible_become_password', ...names('pass')) ?? defaults.password;
  return {
    method,
    user: userOf(variables, names('user')) ?? defaults.user ?? 'root',
    ...(password === undefined ? {} : { password }),
    ...(executable === undefined ? {} : { executable }),
    ...(flags === undefined ? {} : { flags: method === 'sudo' ? askingFlags(flags) : flags }),
  };
}

function methodOf(variables: ConnectionVariables, fallback: Become['method'] = 'sudo') {
  const name = variables.text('ansible_become_method');
  if (name === undefined) return fallback;
  const method = METHODS.find((one) => name === one || COLLECTIONS.some((at) => name === at + one));
  if (method === undefined) {
    variables.refuse('ansible_become_method', 'Write sudo, doas or su: rota has no other methods.');
  }
  return method ?? fallback;
}

const COLLECTIONS = ['ansible.builtin.', 'ansible.legacy.', 'community.general.'];

type Names = readonly [name: string, alias: string];

function userOf(variables: ConnectionVariables, [name, alias]: Names): string | undefined {
  const user = variables.text(name, alias);
  if (user !== undefined && (user.startsWith('-') || hasUnseen(user))) {
    const fix = 'Write the name of a user: no dash first, and all of it to be seen.';
    variables.refuse(alias, fix, name);
  }
  return user;
}

function wordsOf(variables: ConnectionVariables, names: Names): readonly string[] | undefined {
  const text = variables.text(...names);
  const words = splitWords(text ?? '');
  if (words === undefined) variables.refuse(names[1], 'A quote has no end: close it.', names[0]);
  return text === undefined ? undefined : words;
}

/** Whether sudo may ask, and on which way, is not for flags to say: Ansible takes `-n` out as well. */
function askingFlags(flags: readonly string[]): readonly string[] {
  return flags
    .filter((flag) => flag !== '--non-interactive' && flag !== '--stdin')
    .map((flag) => (/^-[A-Za-z]+$/.test(flag) ? flag.replace(/[nS]/g, '') : flag))
    .filter((flag) => flag !== '-');
}
