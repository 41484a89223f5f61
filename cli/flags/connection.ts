import { type Command, Option } from 'commander';
import type { Become } from '#engine/model/host.ts';
import type { Secret } from '#engine/model/secret.ts';
import type { ConnectionDefaults } from '#lib/ansible-inventory/index.ts';
import { collect, once } from './values.ts';

/** The flags of every command that connects to hosts, as commander gives them. */
export interface ConnectionFlags {
  readonly become?: boolean;
  readonly becomeUser?: string;
  readonly becomeMethod?: Become['method'];
  readonly askPass?: boolean;
  readonly askBecomePass?: boolean;
  readonly transport?: 'openssh';
  /** Each a limit, `reads=3m`; `limitsOf` reads them. */
  readonly atMost?: readonly string[];
}

/** Ansible's own flags: variables of the inventory win over them. */
export function addConnection(command: Command): Command {
  return command
    .option('-b, --become', 'become another user after the login, where ansible_become is not set')
    .option('--become-user <user>', 'whom to become: root, when left out')
    .addOption(new Option('--become-method <method>', 'with what').choices(['sudo', 'doas', 'su']))
    .option('-k, --ask-pass', 'ask once for the password to log in with, where no key is taken')
    .option('-K, --ask-become-pass', 'ask once for the password to become another user')
    .addOption(
      new Option('--transport <name>', 'openssh: connect with the ssh of this machine').choices([
        'openssh',
      ]),
    )
    .option(
      '--at-most <name=value>',
      'another limit, of those in docs/hosts.md: reads=3m, line=64KB; may be repeated',
      collect,
    )
    .hook('preAction', checkLimits);
}

/** Also where no host is asked. */
async function checkLimits(_: Command, command: Command): Promise<void> {
  const flags: ConnectionFlags = command.opts();
  if (flags.atMost === undefined) return;
  const { limitsOf } = await import('./limits.ts');
  limitsOf(flags);
}

/** What the flags say about connections. Asks for a password when it is first called, and not again. */
export function connectionDefaults(flags: ConnectionFlags): () => Promise<ConnectionDefaults> {
  return once(() => ask(flags));
}

async function ask(flags: ConnectionFlags): Promise<ConnectionDefaults> {
  const { become, becomeUser, becomeMethod, transport } = flags;
  const loginPassword = flags.askPass ? await askFor('login') : undefined;
  return {
    become,
    user: becomeUser,
    method: becomeMethod,
    transport,
    loginPassword,
    // As with Ansible: an empty answer is the password to log in with, where that was asked for.
    password: flags.askBecomePass ? ((await askFor('become')) ?? loginPassword) : undefined,
  };
}

/** Undefined for an empty one. */
async function askFor(what: keyof typeof QUESTIONS): Promise<Secret | undefined> {
  const { question, otherwise } = QUESTIONS[what];
  const { askSecret } = await import('../ask.ts');
  const password = await askSecret(question, otherwise);
  return password.reveal() === '' ? undefined : password;
}

const QUESTIONS = {
  login: {
    question: 'Password to log in with',
    otherwise: 'Put it into ansible_password, encrypted, and leave --ask-pass out.',
  },
  become: {
    question: 'Password to become another user',
    otherwise: 'Put it into ansible_become_password, encrypted, and leave --ask-become-pass out.',
  },
};
