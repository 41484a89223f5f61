import { Failure } from '#engine/model/failure.ts';
import type { Become } from '#engine/model/host.ts';
import { sh } from '#engine/shell/quote.ts';

/**
 * The words for the login user's shell that run a command as another user. Before the command comes
 * `mark`, on a line of stderr: what stands before it there is the method's own talk, and without it
 * the command was not started. stdin has to begin with `linesBefore`.
 */
export function becomeCommand(become: Become, mark: string, command: string): string {
  const begin = sh`printf '\\n%s\\n' ${mark} >&2\n`;
  switch (become.method) {
    case 'sudo':
      return become.password === undefined
        ? sh`env LC_ALL=C ${sudo(become, ['-n'], begin + command)}`
        : sh`sh -c ${withPassword(become, skipTo(mark) + begin + command)}`;
    case 'doas':
      return sh`env LC_ALL=C ${doas(become, begin + command)}`;
    case 'su':
      return sh`env LC_ALL=C ${su(become, skipTo(mark) + begin + command)}`;
  }
}

/** What stdin has to begin with; nothing, when no password can be asked for. */
export function linesBefore(become: Become, mark: string, where: string): string {
  const { method, password } = become;
  if (method === 'doas' || (method === 'sudo' && password === undefined)) return '';
  const line = `${password?.reveal() ?? ''}\n`;
  if (/[\n\r\0]/.test(line.slice(0, -1))) throw untypable(where);
  return `${method === 'sudo' ? line : ''}${line}${mark}\n`;
}

/**
 * Whether a method reads the password that it is given depends on the host: on its rules, and on
 * when it asked last. Lines that are left over are dropped here, up to the mark. `read` takes no
 * byte more than a line, and nor do sudo -S and PAM's conversation, which su has.
 */
function skipTo(mark: string): string {
  return sh`unset rota_line
while IFS= read -r rota_line && [ "$rota_line" != ${mark} ]; do :; done
unset rota_line
`;
}

/**
 * sudo asks again after a wrong password, and would take the next lines for passwords, too, which
 * locks accounts. So it is tried on a line of its own first. sudo remembers that it was right, by
 * the parent process, if it may; `exit` keeps shells from replacing that one by the last command.
 */
function withPassword(become: Become, script: string): string {
  const flags = ['-S', '-p', ''];
  return sh`LC_ALL=C
export LC_ALL
case $(command -v printf) in */*) echo 'printf shows what it prints in the process list' >&2; exit 126 ;; esac
unset rota_word
IFS= read -r rota_word
printf '%s\\n' "$rota_word" | ${sudo(become, flags, ':')} || exit
unset rota_word
${sudo(become, flags, script)}
exit "$?"`;
}

function sudo({ user, executable, flags }: Become, how: readonly string[], script: string) {
  const program = executable ?? ['sudo'];
  return [...program, ...how, ...(flags ?? ['-H']), '-u', user, '--', 'sh', '-c', script];
}

function doas({ user, executable, flags }: Become, script: string) {
  const program = executable ?? ['doas'];
  return [...program, '-n', ...(flags ?? []), '-u', user, '--', 'sh', '-c', script];
}

/** The user's own shell runs what follows `-c`, and that may be none of POSIX. */
function su({ user, executable, flags }: Become, script: string) {
  return [...(executable ?? ['su']), ...(flags ?? []), user, '-c', sh`exec sh -c ${script}`];
}

function untypable(where: string): Failure {
  return new Failure('The password to become another user holds a line end', {
    where,
    fix: 'Correct ansible_become_password: a password is one line.',
  });
}
