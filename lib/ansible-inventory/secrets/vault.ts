import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parse } from 'node:path';
import { Failure } from '#engine/model/failure.ts';
import type { Origin } from '#engine/model/host.ts';
import { remember } from '#engine/model/redaction.ts';
import { Secret } from '#engine/model/secret.ts';
import { Unresolved } from '../problems.ts';
import { expandPath } from '../read/files.ts';

export const VAULT_TAGS: readonly string[] = ['!vault', '!vault-encrypted'];

/** A password of ansible-vault, under the id that values may ask for it by. */
export interface VaultPassword {
  readonly id: string;
  readonly password: Secret;
}

const HEADER = /^\$ANSIBLE_VAULT;1\.[12];AES256(?:;(\S+))?$/;
const FIX =
  'Give the password with --vault-password-file FILE, --vault-id ID@FILE or --ask-vault-pass, or set ANSIBLE_VAULT_PASSWORD_FILE.';

/** Opens what `ansible-vault` encrypted, with the passwords that the user gave. */
export class Vault {
  readonly #passwords: readonly VaultPassword[];

  constructor(passwords: readonly VaultPassword[]) {
    this.#passwords = passwords;
  }

  /** The plain text, kept from being shown. Throws Unresolved when none of the passwords opens it. */
  decrypt(text: string, origin: Origin): string {
    return remember(this.decryptFile(text, origin));
  }

  /** The same for a whole file, whose values are kept from being shown one by one. */
  decryptFile(text: string, origin: Origin): string {
    const [header = '', ...body] = text.trim().split(/\s*\n\s*/);
    const id = HEADER.exec(header);
    if (id === null || !/^(?:[0-9a-f]{2})+$/i.test(body.join(''))) throw malformed(header, origin);
    if (this.#passwords.length === 0)
      throw new Unresolved('There is no password for an encrypted value', origin, FIX);
    const normal = [header, ...body].join('\n');
    for (const { password } of this.#inOrder(id[1])) {
      const plain = decrypted(normal, password.reveal());
      if (plain !== undefined) return plain;
    }
    const wanted = id[1] === undefined ? '' : ` Its id is ${id[1]}.`;
    const tried = this.#passwords.map((each) => each.id).join(', ');
    const fix = `None of the passwords given opens it (${tried}).${wanted} ${FIX}`;
    throw new Unresolved('An encrypted value cannot be opened', origin, fix);
  }

  /** As Ansible does: what the value asks for first, then all others. */
  #inOrder(id: string | undefined): readonly VaultPassword[] {
    const asked = (password: VaultPassword) => (password.id === id ? 0 : 1);
    return this.#passwords.toSorted((one, other) => asked(one) - asked(other));
  }
}

export function isVaultText(text: string): boolean {
  return text.startsWith('$ANSIBLE_VAULT;');
}

// Whatever reads a value gets it at once, and few inventories have one that is encrypted.
const require = createRequire(import.meta.url);

/** Undefined when the checksum, which is looked at before anything is decrypted, does not fit. */
function decrypted(text: string, password: string): string | undefined {
  const { Vault: AnsibleVault } = require('ansible-vault') as typeof import('ansible-vault');
  try {
    return new AnsibleVault({ password }).decryptSync(text, undefined);
  } catch {
    return undefined;
  }
}

function malformed(header: string, origin: Origin): Unresolved {
  const fix = isVaultText(header)
    ? 'It must be whole, in format 1.1 or 1.2 with AES256. Encrypt it once more with ansible-vault.'
    : 'Its first line must be $ANSIBLE_VAULT;1.1;AES256: paste all that ansible-vault encrypt_string prints.';
  return new Unresolved('An encrypted value cannot be read', origin, fix);
}

/**
 * The password in a file, read on use; an executable file is run, and prints it (get_file_vault_secret
 * of Ansible's parsing/vault). Revealing it throws a Failure where there is none.
 */
export function passwordOfFile(id: string, file: string): VaultPassword {
  const path = expandPath(file);
  return {
    id,
    password: new Secret(() => {
      const password = contentOf(path) ?? printedBy(path, id);
      if (password !== '') return remember(password);
      throw new Failure('The vault password is empty', { where: path, fix: 'Write it there.' });
    }),
  };
}

/** Undefined for a file that is to be run. */
function contentOf(path: string): string | undefined {
  try {
    return statSync(path).mode & 0o111 ? undefined : readFileSync(path, 'utf8').trim();
  } catch (cause) {
    const fix = 'Check the path that --vault-password-file, --vault-id or the environment gives.';
    throw new Failure('The vault password file cannot be read', { where: path, fix, cause });
  }
}

/** It may ask: stdin and stderr are the user's. A "-client" is told which password is wanted. */
function printedBy(path: string, id: string): string {
  const words = parse(path).name.endsWith('-client') ? ['--vault-id', id] : [];
  const ended = spawnSync(path, words, { stdio: ['inherit', 'pipe', 'inherit'], encoding: 'utf8' });
  if (ended.error === undefined && ended.status === 0)
    return ended.stdout.replace(/^[\r\n]+|[\r\n]+$/g, '');
  const reason = (ended.error as NodeJS.ErrnoException | undefined)?.code;
  const how = reason ?? (ended.signal ? `killed by ${ended.signal}` : `exit ${ended.status}`);
  throw new Failure('The program for the vault password failed', {
    where: path,
    ran: `${[path, ...words].join(' ')} → ${how}`,
    fix: `It is run because it is executable. If it holds the password itself: chmod a-x ${path}`,
  });
}
