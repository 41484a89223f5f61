import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { parse } from 'node:path';
import { Failure } from '#engine/model/failure.ts';
import { remember } from '#engine/model/redaction.ts';
import { Secret } from '#engine/model/secret.ts';
import { expandPath } from '../connection/expand-path.ts';
import type { VaultPassword } from './vault.ts';

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
