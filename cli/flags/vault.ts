import type { Command } from 'commander';
import type { Vault, VaultPassword } from '#lib/ansible-inventory/index.ts';
import { collect, once } from './values.ts';

/** The flags for the passwords of ansible-vault, as commander gives them. */
export interface VaultFlags {
  readonly vaultPasswordFile?: readonly string[];
  readonly vaultId?: readonly string[];
  readonly askVaultPass?: boolean;
}

/** Gives a command that reads an inventory the flags for the passwords of ansible-vault. */
export function addVaultFlags(command: Command): Command {
  return command
    .option(
      '--vault-password-file <file>',
      'a password of ansible-vault, or a program that prints it; may be repeated',
      collect,
    )
    .option(
      '--vault-id <id>',
      'the same under an id: ID@FILE, or ID@prompt to be asked; may be repeated',
      collect,
    )
    .option('-J, --ask-vault-pass', 'ask for the password of ansible-vault');
}

/**
 * What opens vault files: from the flags and, as in Ansible, from the environment. Asks for passwords
 * when it is first called, and not again.
 */
export function vaultOf(flags: VaultFlags): () => Promise<Vault> {
  return once(() => open(flags));
}

async function open(flags: VaultFlags): Promise<Vault> {
  // The help of a command reads no inventory.
  const { passwordOfFile, Vault } = await import('#lib/ansible-inventory/index.ts');
  const passwords: VaultPassword[] = [];
  for (const { id, source } of sourcesOf(flags)) {
    passwords.push(source === undefined ? await asked(id) : passwordOfFile(id, source));
  }
  return new Vault(passwords);
}

const DEFAULT = 'default';

interface PasswordSource {
  readonly id: string;
  /** Left out: to be asked for. */
  readonly source?: string;
}

/** In Ansible's order: build_vault_ids and setup_vault_secrets of its cli/__init__.py. */
function sourcesOf(flags: VaultFlags): readonly PasswordSource[] {
  const { ANSIBLE_VAULT_IDENTITY_LIST: list = '', ANSIBLE_VAULT_PASSWORD_FILE: file = '' } =
    process.env;
  const ids = [...list.split(',').map((each) => each.trim()), ...(flags.vaultId ?? [])];
  const files = [...(flags.vaultPasswordFile ?? []), file];
  return [
    ...ids.filter(isGiven).map(sourceOfId),
    ...files.filter(isGiven).map((source) => ({ id: DEFAULT, source })),
    ...(flags.askVaultPass ? [{ id: DEFAULT }] : []),
  ];
}

function isGiven(text: string): boolean {
  return text !== '';
}

function sourceOfId(text: string): PasswordSource {
  const at = text.indexOf('@');
  const id = at > 0 ? text.slice(0, at) : DEFAULT;
  const source = text.slice(at + 1);
  return source === 'prompt' || source === 'prompt_ask_vault_pass' ? { id } : { id, source };
}

async function asked(id: string): Promise<VaultPassword> {
  const { askSecret } = await import('../ask.ts');
  const question = id === DEFAULT ? 'Vault password' : `Vault password (${id})`;
  const otherwise = 'Give it in a file: --vault-password-file FILE, or --vault-id ID@FILE.';
  return { id, password: await askSecret(question, otherwise) };
}
