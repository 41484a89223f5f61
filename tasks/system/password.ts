import type { RunCommand } from '#engine/model/command.ts';
import { Failure } from '#engine/model/failure.ts';
import type { Read } from '#engine/model/read.ts';
import { Secret } from '#engine/model/secret.ts';
import { sh } from '#engine/shell/quote.ts';

/** The hash of a user's password, with ! before it where it is locked; '' where there is no such user. */
export function hashOf(name: string): Read<string> {
  return {
    key: `password of ${name}`,
    script: `while IFS=: read -r name hash _; do
  ${sh`[ "$name" != ${name} ] || printf %s "$hash"`}
done </etc/shadow`,
    parse: ({ stdout }) => stdout,
  };
}

/** Asks for none. */
export const NO_HASH: Read<string> = { key: 'no password', script: ':', parse: () => '' };

/** The hash to be set. `*` is that of no password, and not locked. Throws the Failure of what is no hash. */
export function hashFor(password: Secret | undefined, locked: boolean, before: string): string {
  const hash = password?.reveal() ?? before.replace(/^!+/, '');
  if (password !== undefined && !/^(\*|\$[^:\s]+|_?[./0-9A-Za-z]{13,19})$/.test(hash))
    throw noHash();
  return `${locked ? '!' : ''}${hash === '' ? '*' : hash}`;
}

function noHash(): Failure {
  return new Failure('A password is given by its hash', {
    fix: 'Make one with: openssl passwd -6',
  });
}

/** Over stdin: all users of the host see the words of a command. An undo sets the hash of `before`. */
export function setHash(name: string, hash: string, before: string | undefined): RunCommand {
  const script = (text: string) => new Secret(sh`printf '%s:%s\n' ${name} ${text} | chpasswd -e`);
  const undo = before === undefined ? {} : { undo: script(before) };
  return { kind: 'run', title: `set the password of ${name}`, script: script(hash), ...undo };
}
